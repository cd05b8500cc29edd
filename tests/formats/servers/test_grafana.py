"""Grafana's and Gitea's files, by the rules of the library that both read them with."""

import pytest
from formats.reading import missing, notes, only, read, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat

WHOLE = """\
; the server
[server]
domain = grafana.contoso.example

[smtp]
enabled = true
host = smtp.contoso.example:587   # the relay
user = grafana@contoso.example
# If the password contains # or ; it has to be in three quotes
password = \"\"\"#p;%s\"w\"\"\"
;cert_file =
skip_verify = true
from_address = alerts@contoso.example
from_name = Grafana Alerts, Ltd
ehlo_identity = grafana.contoso.example
startTLS_policy = MandatoryStartTLS

[smtp.static_headers]
Foo = bar
"""


@pytest.mark.parametrize(
    "content", [WHOLE.encode(), WHOLE.replace("\n", "\r\n").encode("utf-8-sig"), WHOLE.encode("utf-16")]
)
def test_a_grafana_ini_is_read_whatever_its_encoding(content: bytes) -> None:
    source = only("grafana.ini", content)
    (found,) = source.found
    assert (source.format, found.line, found.draft.name) == (ImportFormat.GRAFANA, 7, "Grafana")
    assert server(found) == '+grafana@contoso.example:#p;%s"w@smtp.contoso.example:587'
    assert found.draft.from_address == '"Grafana Alerts, Ltd" <alerts@contoso.example>'
    assert found.draft.ehlo_name == "grafana.contoso.example"
    assert notes(found) == ["The file turns the check of the server's certificate off. Here it stays on."]
    assert found.said == {
        "host_name", "smtp_port", "tls", "auth_required", "user_name", "password", "from_address", "ehlo_name"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("host = h.example:465\nuser = u\npassword = p", "+u:p@h.example:465"),
        ("host = h.example:25\nstartTLS_policy = NoStartTLS", "h.example:25"),
        ("host = h.example:25", "+h.example:25"),
        ("host = localhost:25", "localhost:25"),
        ("host = [2001:db8::1]:587", "+2001:db8::1:587"),
        ("host = h.example\nuser=u\npassword=`a;b`", "+u:a;b@h.example:587"),
        ("enabled = true\n;host = x.example:25", "localhost:25"),
        ("host = h.example:587\nuser = u\npassword = $ecret", "+u:$ecret@h.example:587"),
    ],
)
def test_what_grafana_does_decides_the_encryption(lines: str, expected: str) -> None:
    assert [one for _, one in servers(only("grafana.ini", f"[smtp]\n{lines}\nfrom_address = a@contoso.example\n"))] == [
        expected
    ]


@pytest.mark.parametrize(
    "reference", ["$__file{/etc/secrets/smtp}", "$__env{SMTP_PW}", "${SMTP_PW}", "$__vault{kv:mail:pw}", "%(other)s"]
)
def test_a_reference_is_named_and_not_resolved(reference: str) -> None:
    source = only("grafana.ini", f"[smtp]\nhost = h.example:587\nuser = u\npassword = {reference}\n")
    assert missing(source) == [f"The file says {reference}"]
    assert source.found[0].draft.password is None


def test_a_host_by_reference_can_not_be_read() -> None:
    source = only("grafana.ini", "[smtp]\nenabled = true\nhost = ${SMTP_HOST}:587\n")
    assert reasons(source) == [(3, "The server is ${SMTP_HOST}, which is not filled in.")]


def test_variables_override_the_file_that_is_chosen_with_them() -> None:
    files = {
        "grafana.ini": "[smtp]\nhost = h.example:587\nuser = u\npassword = old\n",
        "grafana.env": "# container\nexport GF_SMTP_PASSWORD='n#w'\nGF_SMTP_FROM_ADDRESS=a@contoso.example # c\n",
    }
    (source,) = read(files)
    assert source.files == ("grafana.ini", "grafana.env")
    assert servers(source) == [(2, "+u:n#w@h.example:587")]
    assert source.found[0].draft.from_address == "a@contoso.example"


def test_variables_alone_are_enough() -> None:
    source = only(
        "g.env", 'GF_SMTP_ENABLED=true\nGF_SMTP_HOST="h.example:465"\nGF_SMTP_USER=u\nGF_SMTP_PASSWORD__FILE=/run/pw'
    )
    assert servers(source) == [(2, "+u:-@h.example:465")]
    assert missing(source) == ["The file says /run/pw"]


def test_values_of_the_helm_chart_are_read() -> None:
    text = (
        "grafana:\n  grafana.ini:\n    smtp:\n      enabled: true\n      host: one.example:587\n      user: u\n"
        "      password: 012345\n---\ndata:\n  grafana.ini: |\n    [smtp]\n"
        "    enabled = true\n    host = two.example:465\n"
    )
    assert servers(only("values.yaml", text)) == [(5, "+u:012345@one.example:587"), (13, "+two.example:465")]


def test_variables_in_the_values_of_a_chart_are_read() -> None:
    text = "grafana:\n  env:\n    GF_SMTP_HOST: h.example:465\n    GF_SMTP_USER: u\n    GF_SMTP_PASSWORD: 0123\n"
    assert servers(only("values.yaml", text)) == [(3, "+u:0123@h.example:465")]


def test_a_file_without_a_server_says_so() -> None:
    source = only("defaults.ini", "[smtp]\nenabled = false\n;host = localhost:25\n")
    assert reasons(source) == [(None, "No mail server is set: [smtp] has no host.")]


def test_what_is_no_setting_is_named_with_its_line() -> None:
    source = only(
        "grafana.ini", '[smtp]\nhost = h.example:25\nnonsense\nfrom_address = a@b.example\npassword = """open'
    )
    assert [line for line, _ in reasons(source)] == [3, 5]
    assert [line for line, _ in servers(source)] == [2]


GITEA = """\
APP_NAME = Git
[mailer]
ENABLED = true
PROTOCOL = {protocol}
SMTP_ADDR = mail.contoso.example
{more}
FROM = "Git" <git@contoso.example>
USER = git@contoso.example
PASSWD = `p;w#\\`
"""


@pytest.mark.parametrize(
    ("protocol", "more", "expected"),
    [
        ("smtps", "", "+git@contoso.example:p;w#\\@mail.contoso.example:465"),
        ("smtp+starttls", "", "+git@contoso.example:p;w#\\@mail.contoso.example:587"),
        ("smtp", "SMTP_PORT = 2525", "git@contoso.example:p;w#\\@mail.contoso.example:2525"),
    ],
)
def test_an_app_ini_of_gitea_is_read(protocol: str, more: str, expected: str) -> None:
    source = only("app.ini", GITEA.format(protocol=protocol, more=more))
    assert (source.format, servers(source)) == (ImportFormat.GITEA, [(5, expected)])
    assert source.found[0].draft.from_address == '"Git" <git@contoso.example>'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("HOST = h.example:465\nIS_TLS_ENABLED = true", "+u:p@h.example:465"),
        ("HOST = h.example:587\nIS_TLS_ENABLED = false", "+u:p@h.example:587"),
        ("HOST = h.example:587", "+u:p@h.example:587"),
        ("HOST = h.example:25", "u:p@h.example:25"),
        ("SMTP_ADDR = h.example\nSMTP_PORT = 465", "+u:p@h.example:465"),
    ],
)
def test_older_files_of_gitea_are_read(lines: str, expected: str) -> None:
    source = only("app.ini", f"[mailer]\nENABLED = true\n{lines}\nUSER = u\nPASSWD = p\n")
    assert [one for _, one in servers(source)] == [expected]


def test_what_gitea_does_not_send_through_a_server_is_named() -> None:
    source = only("app.ini", "[mailer]\nENABLED = true\nPROTOCOL = sendmail\n")
    assert reasons(source) == [(2, "Mail goes out by sendmail, not through a mail server.")]


def test_variables_of_gitea_are_read() -> None:
    text = "GITEA__mailer__ENABLED=true\nGITEA__mailer__PROTOCOL=smtps\nGITEA__mailer__SMTP_ADDR=h.example\n"
    assert servers(only(".env", text)) == [(3, "+h.example:465")]
