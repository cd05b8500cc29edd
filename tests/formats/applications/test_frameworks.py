"""Settings of frameworks: what is written out is read, and what only the program knows is named."""

import pytest

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.formats.registry import Formats
from tests.formats.finding import notes_of, problems_of, server_of

VERIFIED = "The file turns the check of the server's certificate off. Here it stays on."


def source(path: str, text: str):
    (found,) = Formats().read([SourceFile(path=path, content=text.encode())])
    return found


def smtp(path: str, text: str):
    (found,) = source(path, text).found
    return found


DJANGO = """import os
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "smtp.contoso.example"
EMAIL_PORT = 587
EMAIL_HOST_USER: str = "app@contoso.example"
EMAIL_HOST_PASSWORD = {password}
EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = "Shop <shop@contoso.example>"
SERVER_EMAIL = "root@localhost"
"""


def test_django_gives_what_is_written_out() -> None:
    found = smtp("settings.py", DJANGO.format(password='"p$X" "#w"'))
    assert (found.format, found.line, notes_of(found)) == (ImportFormat.DJANGO, 3, [])
    assert server_of(found) == ("smtp.contoso.example", "587", True, "app@contoso.example")
    assert (found.draft.password, found.draft.from_address) == (Secret("p$X#w"), "Shop <shop@contoso.example>")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('os.environ["SMTP_PW"]', 'os.environ["SMTP_PW"…]'),
        ('env.str("SMTP_PW", default="hunter2")', 'env.str("SMTP_PW"…)'),
        ('decrypt("hunter2")', "decrypt(…)"),
        ("SECRET + 'hunter2'", "…"),
        ('f"{x}hunter2"', "…"),
    ],
)
def test_code_is_named_and_neither_run_nor_repeated(code: str, words: str) -> None:
    found = smtp("settings.py", DJANGO.format(password=code))
    assert found.draft.password is None
    assert str(found.missing) == f"The file says {words}"


@pytest.mark.parametrize("text", ["EMAIL_HOST = 'a.example'\nif:\n", "EMAIL_HOST = " + "(" * 5000, "EMAIL_HOST=\0"])
def test_what_is_no_python_is_named(text: str) -> None:
    assert problems_of(source("settings.py", text)) in (
        [(2, "This is not valid Python.")],
        [(1, "This is not valid Python.")],
        [(None, "This is not valid Python.")],
        [(None, "This is not a text file.")],
    )


def test_rails_gives_what_is_written_out() -> None:
    text = """Rails.application.configure do
  # config.action_mailer.smtp_settings = { address: "no.example" }
  config.action_mailer.default_options = { from: "shop@contoso.example" }
  config.action_mailer.smtp_settings = {
    address:         "smtp.contoso.example", # a comment, with a comma
    :port => '465',
    domain:          'shop.example',
    'user_name' =>   ENV.fetch("SMTP_USER", "x"),
    password:        'p#{x}w',
    ssl:             true,
    openssl_verify_mode: "none",
    authentication:  :plain
  }
end
"""
    found = smtp("production.rb", text)
    assert server_of(found) == ("smtp.contoso.example", "465", True, "")
    assert (found.draft.password, found.draft.from_address) == (Secret("p#{x}w"), "shop@contoso.example")
    assert found.draft.ehlo_name == "shop.example"
    assert notes_of(found) == [VERIFIED, 'The user name is ENV.fetch("SMTP_USER"…), which is not filled in.']


def test_a_configuration_of_redmine_is_one_of_rails() -> None:
    text = """production:
  email_delivery:
    delivery_method: :smtp
    smtp_settings:
      enable_starttls_auto: true
      address: smtp.contoso.example
      port: 587
      user_name: "u"
      password: "p #w"
"""
    found = smtp("configuration.yml", text)
    assert (found.format, found.draft.name) == (ImportFormat.RAILS, "Redmine")
    assert (server_of(found), found.draft.password) == (("smtp.contoso.example", "587", True, "u"), Secret("p #w"))


def test_rails_settings_that_are_code_are_named() -> None:
    found = source("x.rb", "config.action_mailer.smtp_settings = Settings.smtp.to_h\n")
    assert problems_of(found) == [(1, "The settings are code, which only the program knows.")]


PROPERTIES = """# mail
spring.mail.host=smtp.contoso.example
spring.mail.port : 587
spring.mail.username me@contoso.example
spring.mail.password=p\\u0021\\=w \\
   goes on
spring.mail.properties.mail.smtp.auth=true
spring.mail.properties.mail.smtp.starttls.enable=true
#---
spring.config.activate.on-profile=prod
spring.mail.host=smtp.prod.example
spring.mail.password=ENC(abc)
"""


def test_spring_gives_an_smtp_for_each_profile() -> None:
    common, production = source("application.properties", PROPERTIES).found
    assert server_of(common) == ("smtp.contoso.example", "587", True, "me@contoso.example")
    assert common.draft.password == Secret("p!=w goes on")
    assert (production.draft.name, server_of(production)) == (
        "Spring_prod",
        ("smtp.prod.example", "587", True, "me@contoso.example"),
    )
    assert str(production.missing) == "The file says ENC(abc)"


def test_a_profile_of_its_own_file_says_only_what_differs() -> None:
    files = {
        "application-prod.properties": b"spring.mail.host=smtp.prod.example\nspring.mail.password=p\n",
        "application.properties": b"spring.mail.host=h.example\nspring.mail.port=587\nspring.mail.username=u\n",
    }
    (found,) = Formats().read([SourceFile(path=f"conf/{path}", content=text) for path, text in files.items()])
    common, production = found.found
    assert (server_of(common), str(common.missing)) == (("h.example", "587", True, "u"), "The file has no password")
    assert (server_of(production), production.draft.password) == (("smtp.prod.example", "587", True, "u"), Secret("p"))


def test_a_port_that_is_code_is_the_usual_one() -> None:
    text = "x.smtp_settings = { address: 'h.example', port: ENV.fetch('SMTP_PORT', 587).to_i, user_name: 'u' }\n"
    found = smtp("a.rb", text)
    assert found.draft.smtp_port == "587"
    assert notes_of(found) == [
        "The port is ENV.fetch('SMTP_PORT'…), which only the program knows. The usual one was taken."
    ]


@pytest.mark.parametrize("part", ["createTransport({a:", "createTransport({a:1,b:[", "x.smtp_settings = {a: \n"])
def test_what_does_not_end_takes_linear_time(part: str) -> None:
    source("a.js", part * 4000)


def test_spring_in_yaml_keeps_numbers_as_they_are_written() -> None:
    text = "spring:\n  mail:\n    host: h.example\n    port: 465\n    username: u\n    password: 012345\n"
    found = smtp("application.yml", text)
    assert (server_of(found), found.draft.password) == (("h.example", "465", True, "u"), Secret("012345"))


def test_a_default_of_a_variable_that_is_a_secret_is_not_shown() -> None:
    text = "spring.mail.host=h.example\nspring.mail.username=u\nspring.mail.password=${PW:hunter2}\n"
    assert str(smtp("a.properties", text).missing) == "The file says ${PW}"


def test_nodemailer_in_javascript_and_json() -> None:
    text = """const t = nodemailer.createTransport({
  host: "smtp.contoso.example", // a comment
  port: 465,
  secure: true,
  auth: { user: 'me@contoso.example', pass: process.env.SMTP_PASS || "hunter2" },
  tls: { rejectUnauthorized: false },
});
"""
    found = smtp("mail.js", text)
    assert server_of(found) == ("smtp.contoso.example", "465", True, "me@contoso.example")
    assert (str(found.missing), notes_of(found)) == ("The file says process.env.SMTP_PASS", [VERIFIED])
    document = '{"mail": {"host": "h.example", "port": 587, "secure": false, "auth": {"user": "u", "pass": "p$x"}}}'
    assert smtp("config.json", document).draft.password == Secret("p$x")
    gmail = "nodemailer.createTransport({ service: 'gmail', auth: { user: 'a@gmail.com', pass: `p` } })"
    assert server_of(smtp("a.js", gmail)) == ("smtp.gmail.com", "465", True, "a@gmail.com")
    code = source("b.js", "x = nodemailer.createTransport(config.get('mail'))\n")
    assert problems_of(code) == [(1, "The transport is code, which only the program knows.")]


KUBERNETES = """apiVersion: v1
kind: Secret
metadata: {name: shop-mail}
data:
  SMTP_PASSWORD: cEBzcyB3b3Jk
  BAD: "***"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
      - name: web
        env:
        - {name: SMTP_HOST, value: smtp.contoso.example}
        - {name: SMTP_PORT, value: "587"}
        - {name: SMTP_USERNAME, value: web@contoso.example}
        - name: SMTP_PASSWORD
          valueFrom: {secretKeyRef: {name: shop-mail, key: SMTP_PASSWORD}}
      - name: worker
        env:
        - {name: SMTP_HOST, value: smtp.contoso.example}
        - {name: SMTP_USERNAME, value: worker@contoso.example}
        - name: SMTP_PASSWORD
          valueFrom: {secretKeyRef: {name: elsewhere, key: pw}}
"""


def test_kubernetes_gives_the_secrets_that_are_among_the_files_and_names_the_others() -> None:
    found = source("shop.yaml", KUBERNETES)
    web, worker = found.found
    assert (web.draft.name, web.draft.password) == ("Web", Secret("p@ss word"))
    assert (worker.draft.name, str(worker.missing)) == ("Worker", "The file says Secret elsewhere: pw")
    assert problems_of(found) == [(6, "BAD is not valid Base64.")]


def test_kubernetes_gives_no_password_to_another_server() -> None:
    text = """apiVersion: v1
kind: ConfigMap
metadata: {name: shop-config, namespace: prod}
data: {SMTP_HOST: smtp.contoso.example, SMTP_USER: shop}
---
apiVersion: v1
kind: Secret
metadata: {name: shop-secret, namespace: prod}
stringData: {SMTP_PASSWORD: "${SMTP_PASSWORD}"}
---
apiVersion: v1
kind: Secret
metadata: {name: shop-secret, namespace: dev}
stringData: {SMTP_PASSWORD: of-dev}
---
apiVersion: v1
kind: Secret
metadata: {name: other, namespace: prod}
stringData: {MAIL_PASSWORD: of-another}
"""
    (found,) = source("k.yaml", text).found
    assert str(found.missing) == "The file says ${SMTP_PASSWORD}"


def test_symfony_has_a_transport_for_each_dsn() -> None:
    text = """framework:
    mailer:
        transports:
            main: 'smtp://u%40x.example:p%2Fw@smtp.contoso.example:587'
            other: '%env(MAILER_DSN)%'
        envelope: {sender: me@contoso.example}
"""
    found = source("mailer.yaml", text)
    (main,) = found.found
    assert (main.draft.name, main.draft.from_address) == ("Symfony_main", "me@contoso.example")
    assert (server_of(main), main.draft.password) == (
        ("smtp.contoso.example", "587", True, "u@x.example"),
        Secret("p/w"),
    )
    assert problems_of(found) == [(5, "The server is %env(MAILER_DSN)%, which is not filled in.")]


def test_laravel_has_a_mailer_for_each_host() -> None:
    text = """<?php
return [
  'mailers' => [
    'smtp' => ['transport' => 'smtp', 'host' => 'smtp.contoso.example', 'port' => 587, 'encryption' => 'tls',
               'username' => 'u', 'password' => env('MAIL_PASSWORD')],
    'two' => ['transport' => 'smtp', 'host' => env('MAIL_HOST', 'x'), 'port' => 587],
    'ses' => ['transport' => 'ses'],
  ],
  'from' => ['address' => 'a@contoso.example', 'name' => 'Shop, Inc.'],
];
"""
    found = source("mail.php", text)
    (main,) = found.found
    assert (server_of(main), main.draft.from_address) == (
        ("smtp.contoso.example", "587", True, "u"),
        '"Shop, Inc." <a@contoso.example>',
    )
    assert str(main.missing) == "The file says env('MAIL_PASSWORD'…)"
    ((line, reason),) = problems_of(found)
    assert (line, reason.endswith("which only the program knows.")) == (6, True)
