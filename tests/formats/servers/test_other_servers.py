"""Files of Nextcloud, Mattermost and Alertmanager."""

import json

import pytest
from formats.reading import missing, notes, only, read, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat

CONFIG = """\
<?php
$CONFIG = array (
  'instanceid' => 'oc1',
  'mail_smtpmode' => 'smtp',
  'mail_smtphost' => 'smtp.contoso.example', // the relay
  'mail_smtpport' => '465',
  'mail_smtpsecure' => 'ssl',
  'mail_smtpauth' => 1,
  'mail_smtpname' => 'cloud@contoso.example',
  'mail_smtppassword' => 'it\\'s "$x" \\\\ #1',
  'mail_from_address' => 'cloud',
  'mail_domain' => 'contoso.example',
);
"""


def test_a_config_php_of_nextcloud_is_read() -> None:
    source = only("config.php", CONFIG.replace("\n", "\r\n"))
    assert (source.format, servers(source)) == (
        ImportFormat.NEXTCLOUD, [(5, '+cloud@contoso.example:it\'s "$x" \\ #1@smtp.contoso.example:465')]
    )  # fmt: skip
    assert source.found[0].draft.from_address == "cloud@contoso.example"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("'mail_smtphost' => 'h.example', 'mail_smtpsecure' => 'tls', 'mail_smtpport' => 587", "+h.example:587"),
        ("'mail_smtphost' => 'h.example'", "+h.example:25"),
        ("'mail_smtpmode' => 'smtp', 'mail_smtphost' => 'localhost'", "localhost:25"),
        ("'mail_smtpmode' => 'smtp'", "127.0.0.1:25"),
        ("'mail_smtphost' => 'h.example', 'mail_smtpport' => '465'", "+h.example:465"),
        ("'mail_smtphost' => 'h.example', 'mail_smtpauth' => false, 'mail_smtpname' => 'u'", "+h.example:25"),
    ],
)
def test_what_nextcloud_does_decides_the_encryption(lines: str, expected: str) -> None:
    assert [server(one) for one in only("config.php", f"<?php $CONFIG = [{lines}];").found] == [expected]


def test_files_that_nextcloud_merges_are_one_source() -> None:
    files = {
        "a/config.php": CONFIG,
        "a/smtp.config.php": "<?php $CONFIG = ['mail_smtphost' => 'two.example', 'mail_smtppassword' => getenv('PW')];",
        "b/config.php": CONFIG,
    }
    first, second = read(files)
    assert (first.files, [server(one) for one in first.found]) == (
        ("a/config.php", "a/smtp.config.php"), ["+cloud@contoso.example:-@two.example:465"]
    )  # fmt: skip
    assert (missing(first), len(second.found)) == (["The file says getenv('PW')"], 1)


def test_what_occ_prints_is_read() -> None:
    hidden = "***REMOVED SENSITIVE VALUE***"
    system = {"mail_smtpmode": "smtp", "mail_smtphost": "h.example", "mail_smtpport": "587", "mail_smtpauth": True,
              "mail_smtpname": "u", "mail_smtppassword": hidden, "mail_from_address": "cloud",
              "mail_smtpstreamoptions": {"ssl": {"verify_peer": False}}}  # fmt: skip
    source = only("config.json", json.dumps({"system": system}))
    assert [server(one) for one in source.found] == ["+u:-@h.example:587"]
    assert missing(source) == [f"The file says {hidden}"]
    assert len(notes(source.found[0])) == 3  # encryption by chance, no check of certificates, From without a domain


def test_mail_of_nextcloud_that_goes_by_sendmail_is_named() -> None:
    source = only("config.php", "<?php\n$CONFIG = ['mail_smtpmode' => 'sendmail'];")
    assert reasons(source) == [(2, "Mail goes out by sendmail, not through a mail server.")]


MATTERMOST = {
    "SendEmailNotifications": True,
    "FeedbackName": "Mattermost",
    "FeedbackEmail": "chat@contoso.example",
    "EnableSMTPAuth": True,
    "SMTPUsername": "chat",
    "SMTPPassword": "p%w",
    "SMTPServer": "smtp.contoso.example",
    "SMTPPort": "587",
    "ConnectionSecurity": "STARTTLS",
    "SkipServerCertificateVerification": False,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "+chat:p%w@smtp.contoso.example:587"),
        ({"ConnectionSecurity": "TLS", "SMTPPort": "465"}, "+chat:p%w@smtp.contoso.example:465"),
        ({"ConnectionSecurity": "", "EnableSMTPAuth": False, "SMTPPort": ""}, "smtp.contoso.example:25"),
        ({"SMTPPassword": "*" * 32}, "+chat:-@smtp.contoso.example:587"),
    ],
)
def test_a_config_json_of_mattermost_is_read(changed: dict[str, object], expected: str) -> None:
    source = only("config.json", json.dumps({"EmailSettings": {**MATTERMOST, **changed}}, indent=2))
    assert (source.format, servers(source)) == (ImportFormat.MATTERMOST, [(9, expected)])
    assert source.found[0].draft.from_address == '"Mattermost" <chat@contoso.example>'


def test_variables_of_mattermost_are_read() -> None:
    text = "MM_EMAILSETTINGS_SMTPSERVER=h.example\nMM_EMAILSETTINGS_SMTPPORT=2525\n"
    assert servers(only("mm.env", text)) == [(1, "h.example:2525")]


ALERTMANAGER = """\
global:
  smtp_smarthost: 'smtp.contoso.example:587'
  smtp_from: 'alerts@contoso.example'
  smtp_auth_username: 'alerts'
  smtp_auth_password: 'p: w'
route:
  receiver: ops
receivers:
  - name: ops
    email_configs:
      - to: ops@contoso.example
  - name: night
    email_configs:
      - to: night@contoso.example
        smarthost: localhost:25
        require_tls: false
        auth_username: ''
"""


def test_an_alertmanager_yml_is_read() -> None:
    source = only("alertmanager.yml", ALERTMANAGER)
    assert (source.format, servers(source)) == (
        ImportFormat.ALERTMANAGER, [(2, "+alerts:p: w@smtp.contoso.example:587"), (14, "localhost:25")]
    )  # fmt: skip
    assert [one.draft.name for one in source.found] == ["Alertmanager", "Alertmanager_night"]


def test_values_of_a_chart_with_grafana_too_are_read() -> None:
    text = "grafana:\n  grafana.ini:\n    smtp:\n      host: g.example:465\nalertmanager:\n  config:\n" + "".join(
        f"    {line}\n" for line in ALERTMANAGER.splitlines()
    )
    source = only("values.yaml", text)
    assert [line for line, _ in servers(source)] == [4, 8, 20]
    assert [one.format for one in source.found] == [ImportFormat.GRAFANA, *[ImportFormat.ALERTMANAGER] * 2]


def test_a_password_file_of_alertmanager_is_named() -> None:
    text = ALERTMANAGER.replace("smtp_auth_password: 'p: w'", "smtp_auth_password_file: /etc/am/pw")
    assert missing(only("alertmanager.yml", text)) == ["The file says /etc/am/pw", ""]
