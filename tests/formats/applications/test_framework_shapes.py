"""Settings of frameworks and servers in the shapes that people write them in, beside the usual one."""

from base64 import b64encode

import pytest

from tests.formats.reading import missing, only, reasons, servers

DJANGO = """
USER = 'u@contoso.example'
EMAIL_HOST = 'smtp.contoso.example'
EMAIL_USE_TLS = True
EMAIL_HOST_USER = USER
EMAIL_HOST_PASSWORD = 'p#w'
DEFAULT_FROM_EMAIL = EMAIL_HOST_USER
"""
MAILERS = """
MAILERS = {
    'default': {'OPTIONS': {'host': 'a.contoso.example', 'port': 587, 'use_tls': True, 'username': 'u'}},
    'bulk': {
        'OPTIONS': {'host': 'b.contoso.example', 'port': 465, 'use_ssl': True, 'username': 'v', 'password': 'q'},
    },
}
"""
RAILS = """Rails.application.configure do
  config.action_mailer.smtp_settings[:address] = 'smtp.contoso.example'
  config.action_mailer.smtp_settings[:port] = 587
  config.action_mailer.smtp_settings[:user_name] = 'u'
  config.action_mailer.smtp_settings[:password] = "p#w" # changed
end
"""
REDMINE = """production:
  email_delivery:
    delivery_method: :async_smtp
    async_smtp_settings:
      address: smtp.contoso.example
      port: 25
      authentication: :none
"""
NODE_URL = "const t = nodemailer.createTransport('smtps://u%40contoso.example:p%40w@smtp.contoso.example/?pool=true');"
NODE_VARIABLE = """// nodemailer.createTransport({ host: 'old.contoso.example', auth: { user: 'x', pass: 'y' } })
const options: SMTPTransport.Options = {
  host: 'smtp.contoso.example', port: 587, requireTLS: true,
  auth: { user: 'u', pass: 'p' },
};
const t = nodemailer.createTransport(options);
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: smtp-login\ndata:\n" + "".join(
    f"  {name}: {b64encode(value.encode()).decode()}\n"
    for name, value in (("host", "smtp.contoso.example"), ("port", "587"), ("username", "u"), ("password", "p"))
)
SERIALIZED = (
    'a:2:{s:4:"mail";a:2:{s:10:"from_email";s:18:"wp@contoso.example";s:6:"mailer";s:4:"smtp";}s:4:"smtp";a:6:'
    '{s:4:"auth";b:1;s:4:"host";s:20:"smtp.contoso.example";s:10:"encryption";s:3:"ssl";s:4:"port";i:465;s:4:"user";s:1:"u";'
    's:4:"pass";s:1:"p";}}\n'
)
SECRET_OF_ALERTMANAGER = """apiVersion: v1
kind: Secret
stringData:
  alertmanager.yaml: |-
    global:
      smtp_smarthost: smtp.contoso.example:587
      smtp_auth_username: u
      smtp_auth_password: p
"""
LARAVEL = (
    "<?php return ['mailers' => ['smtp' => ['transport' => 'smtp', 'host' => '127.0.0.1', 'port' => 1025]], "
    "'from' => ['address' => 'a@contoso.example', 'name' => 'A']];"
)
KUBECTL = '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},"stringData":{"SMTP_HOST":"h.example"}}'


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("settings.py", DJANGO, [(3, "+u@contoso.example:p#w@smtp.contoso.example:25")]),
        ("settings.py", MAILERS, [(3, "+u:-@a.contoso.example:587"), (5, "+v:q@b.contoso.example:465")]),
        ("development.rb", RAILS, [(2, "+u:p#w@smtp.contoso.example:587")]),
        ("configuration.yml", REDMINE, [(5, "smtp.contoso.example:25")]),
        ("mail.js", NODE_URL, [(1, "+u@contoso.example:p@w@smtp.contoso.example:465")]),
        ("mail.ts", NODE_VARIABLE, [(3, "+u:p@smtp.contoso.example:587")]),
        ("secret.yaml", SECRET, [(6, "+u:p@smtp.contoso.example:587")]),
        ("secret.yaml", SECRET_OF_ALERTMANAGER, [(6, "+u:p@smtp.contoso.example:587")]),
        ("secret.json", KUBECTL, [(1, "h.example:25")]),
        ("mail.php", LARAVEL, [(1, "127.0.0.1:1025")]),
        (
            "a.rb",
            "c.smtp_settings = { address: 'h.example', user_name: 'u', password: 'p' }",
            [(1, "+u:p@h.example:25")],
        ),
        ("a.properties", "spring.mail.host=h.example\nspring.mail.protocol=smtps\n", [(1, "+h.example:465")]),
        ("b.properties", "spring.mail.host=h.example\nspring.mail.username=u\n", [(1, "+u:-@h.example:25")]),
        ("option.txt", SERIALIZED, [(1, "+u:p@smtp.contoso.example:465")]),
    ],
)
def test_settings_in_other_shapes_are_read(path: str, text: str, expected: list[tuple[int, str]]) -> None:
    source = only(path, text)
    assert reasons(source) == []
    assert servers(source) == expected


def test_from_of_laravel_is_taken_though_the_file_names_no_variable() -> None:
    (found,) = only("mail.php", LARAVEL).found
    assert found.draft.from_address == "A <a@contoso.example>"


@pytest.mark.parametrize("quoted", ["'Shop <shop@contoso.example>'", '"Shop <shop@contoso.example>"'])
def test_from_of_nodemailer_is_that_of_the_messages(quoted: str) -> None:
    text = f"t = nodemailer.createTransport({{host: 'h.example', port: 25, secure: false}}, {{ from: {quoted} }})"
    (found,) = only("mail.js", text).found
    assert found.draft.from_address == "Shop <shop@contoso.example>"


def test_a_server_with_a_password_file_of_its_own_does_not_get_the_common_password() -> None:
    text = (
        "global:\n  smtp_smarthost: a.contoso.example:587\n  smtp_auth_username: u\n  smtp_auth_password: common\n"
        "receivers:\n- name: other\n  email_configs:\n  - to: t@contoso.example\n    smarthost: b.contoso.example:587\n"
        "    auth_password_file: /run/password\n"
    )
    source = only("alertmanager.yml", text)
    assert [server for _, server in servers(source)] == [
        "+u:common@a.contoso.example:587",
        "+u:-@b.contoso.example:587",
    ]
    assert missing(source) == ["", "The file says /run/password"]


def test_the_call_that_has_the_server_is_named_though_another_one_has_the_password() -> None:
    source = only("settings.py", "EMAIL_HOST = config('MAIL_SERVER')\nEMAIL_HOST_PASSWORD = config('MAIL_PW')\n")
    assert reasons(source) == [(1, "The server is config('MAIL_SERVER'…), which only the program knows.")]


def test_ruby_is_no_table_of_postfix() -> None:
    source = only("app.rb", "Shop.application.run do\n  config.password[:a] = 'hidden'\nend\n")
    assert (list(source.found), [one.format for one in source.unreadable]) == ([], [None])
