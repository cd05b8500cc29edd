"""Files are recognized by what is in them, whatever their names."""

import pytest

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.formats.registry import Formats

SAMPLES = {
    "msmtp": (ImportFormat.MSMTP, "account a\nhost h.example\nport 587\nauth on\nuser u\npassword p\n"),
    "msmtp without accounts": (ImportFormat.MSMTP, "host h.example\nfrom a@h.example\ntls on\n"),
    "swaks": (ImportFormat.SWAKS, "server h.example\nport 587\ntls\nauth-user u\nauth-password p\n"),
    "swaks with dashes": (ImportFormat.SWAKS, "-s h.example\n-tls\n-au u\n-ap p\n"),
    "Postfix": (ImportFormat.POSTFIX, "relayhost = [h.example]:587\nsmtp_sasl_auth_enable = yes\n"),
    "Postfix's relayhost alone": (ImportFormat.POSTFIX, "relayhost=[h.example]\n"),
    "Postfix's passwords": (ImportFormat.POSTFIX, "[h.example]:587 u@h.example:p:w\n"),
    "Postfix's passwords without brackets": (ImportFormat.POSTFIX, "# smtp\nh.example\tu:p\n"),
    "Postfix's relays of senders": (ImportFormat.POSTFIX, "a@x.example [h.example]:587\n"),
    "sSMTP": (ImportFormat.SSMTP, "root=a@x.example\nmailhub=h.example:587\nUseSTARTTLS=YES\n"),
    "nullmailer": (ImportFormat.NULLMAILER, "h.example smtp --port=587 --starttls --user=u --pass=p\n"),
    "dma": (ImportFormat.DMA, "SMARTHOST h.example\nPORT 587\nSECURETRANSFER\n"),
    "esmtp": (ImportFormat.ESMTP, "hostname = h.example:587\nusername = u\npassword = p\nstarttls = required\n"),
    "OpenSMTPD": (ImportFormat.OPENSMTPD, 'action "a" relay host smtps://h.example\nmatch for any action "a"\n'),
    "Thunderbird": (ImportFormat.THUNDERBIRD, 'user_pref("mail.smtpserver.smtp1.hostname", "h.example");\n'),
    "CSV": (ImportFormat.CSV, "Name;Server;Port\nx;h.example;25\n"),
    "CSV without headers": (ImportFormat.CSV, "x,h.example,587,u,p\n"),
    "URLs": (ImportFormat.URL, "smtp://u:p@h.example:587\n"),
    "URLs with names": (ImportFormat.URL, "# relays\nshop: smtps://u:p@h.example\n"),
}


@pytest.mark.parametrize(("expected", "text"), SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_files_without_a_telling_name(expected: ImportFormat, text: str, encoding: str, line_end: str) -> None:
    content = text.replace("\n", line_end).encode(encoding)
    (source,) = Formats().read([SourceFile(path="held-back.txt", content=content)])
    assert source.format is expected
    assert [str(one.reason) for one in source.unreadable] == []
    assert [(one.draft.host_name, one.line) for one in source.found] == [("h.example", found_line(text))]


def found_line(text: str) -> int:
    """Returns the line where a reader of these samples finds the SMTP to begin."""
    if text.startswith(("account", "host ")):
        return 1  # the account
    return next(number for number, line in enumerate(text.split("\n"), 1) if "h.example" in line)


@pytest.mark.parametrize(
    "text",
    [
        "Dear diary,\nwe met at 10:30.\n",
        "127.0.0.1 localhost\n::1 localhost\n",
        "#!/bin/sh\necho hello\nexport PATH=/bin:$PATH\n",
        "[section]\nkey = value\nport = 80\n",
        '{"a": 1, "host": "h.example"}',
        "Host github.com\n  User git\n  Port 22\n",
        "root:x:0:0:root:/root:/bin/bash\n",
        "<html><body>smtp</body></html>",
        "name,email\nx,a@b.example\n",
        "server 0.pool.ntp.example iburst\n",
        "https://example.com/\n",
    ],
)
def test_files_of_none_of_these(text: str) -> None:
    (source,) = Formats().read([SourceFile(path="notes.txt", content=text.encode())])
    assert (source.format, source.found) == (None, ())
    assert "Looked for" in str(source.unreadable[0].reason)
