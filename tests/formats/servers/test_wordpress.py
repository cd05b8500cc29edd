"""WordPress' two plugins for mail: their options in every form that tools print them in, and their secrets."""

import base64
import json
import shutil
import subprocess

import pytest
from formats.reading import missing, notes, only, read, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.formats.servers.wp_secrets import fluent_smtp_opened, secretbox_opened

PHP = shutil.which("php")
LOGGED_IN_KEY = "Zk|;vU;-logged-in-key-that-is-longer-than-thirty-two-characters"
LOGGED_IN_SALT = "salt of $ &"
BOX_KEY = base64.b64encode(b"k" * 16 + b"0123456789abcdef").decode()
# Made by PHP: openssl_encrypt of the password and the salt, and sodium_crypto_secretbox.
SEALED_BY_FLUENT = "CrMGgjA1Zhu426IcwlNSMUhFMlc5VVhRT2lyNTZ6UXdqbDhKblJUaGR2U2Y="
SEALED_BY_WPMS = "eDd7UldXtJRCf4kBT5fXmSjzk40U61HilfbBDDqCsH9z7/ev2ATOjl2UkaUBGSjEQFo="
PASSWORD = 'p#ss "w:rd'

FLUENT: dict[str, object] = {
    "mappings": {"shop@contoso.example": "k1"},
    "connections": {
        "k1": {
            "title": "SMTP server",
            "provider_settings": {
                "sender_name": "Shop & Co",
                "sender_email": "shop@contoso.example",
                "provider": "smtp",
                "host": "smtp.contoso.example",
                "port": "465",
                "auth": "yes",
                "username": "shop",
                "password": SEALED_BY_FLUENT,
                "encryption": "ssl",
                "auto_tls": "yes",
                "key_store": "db",
            },
        },
        "k2": {"provider_settings": {"sender_email": "news@contoso.example", "provider": "mailgun", "api_key": "key"}},
    },
    "use_encrypt": "yes",
    "test": "x",
}
WPMS: dict[str, object] = {
    "mail": {"from_email": "wp@contoso.example", "from_name": "WP", "mailer": "smtp", "from_email_force": True},
    "smtp": {
        "autotls": True,
        "auth": True,
        "host": "mail.contoso.example",
        "encryption": "tls",
        "port": 587,
        "user": "wp",
        "pass": SEALED_BY_WPMS,
    },
    "general": {"summary_report_email_disabled": False},
}
CONFIG = f"""\
<?php
define( 'DB_PASSWORD', 'not this' );
define('LOGGED_IN_KEY',    '{LOGGED_IN_KEY}');
define('LOGGED_IN_SALT',   '{LOGGED_IN_SALT}');
"""
FLUENT_SERVER = f"+shop:{PASSWORD}@smtp.contoso.example:465"
WPMS_SERVER = f"+wp:{PASSWORD}@mail.contoso.example:587"


def serialized(value: object) -> str:
    """Returns the value as PHP's `serialize` writes it."""
    match value:
        case bool():
            return f"b:{int(value)};"
        case int():
            return f"i:{value};"
        case dict():
            return f"a:{len(value)}:{{{''.join(serialized(key) + serialized(one) for key, one in value.items())}}}"
        case _:
            return f's:{len(str(value).encode())}:"{value}";'


def dump(**options: str) -> str:
    """Returns a dump of the database as mysqldump writes it."""
    rows = [(1, "siteurl", "https://contoso.example"), *enumerate_options(options), (9, "blogname", "it's")]
    escaped = str.maketrans({"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n"})
    values = ",\n".join(f"({number},'{name}','{value.translate(escaped)}','yes')" for number, name, value in rows)
    return f"-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\nINSERT INTO `wp_options` VALUES {values};\n"


def enumerate_options(options: dict[str, str]) -> list[tuple[int, str, str]]:
    return [
        (number, name.replace("fluent_", "fluentmail-"), one) for number, (name, one) in enumerate(options.items(), 2)
    ]


def test_a_dump_and_wp_config_together_have_everything() -> None:
    text = dump(fluent_settings=serialized(FLUENT), wp_mail_smtp=serialized(WPMS), wp_mail_smtp_mail_key=BOX_KEY)
    (source,) = read({"site/wp-config.php": CONFIG, "dump.sql": text})
    assert source.files == ("site/wp-config.php", "dump.sql")
    assert servers(source) == [(4, FLUENT_SERVER), (5, WPMS_SERVER)]
    assert [one.format for one in source.found] == [ImportFormat.FLUENTSMTP, ImportFormat.WP_MAIL_SMTP]
    assert source.found[0].draft.from_address == '"Shop & Co" <shop@contoso.example>'
    assert reasons(source) == [(4, "news@contoso.example sends by “mailgun”, not through a mail server.")]


def test_what_is_encrypted_needs_a_password_without_its_key() -> None:
    source = only("dump.sql", dump(fluent_settings=serialized(FLUENT), wp_mail_smtp=serialized(WPMS)))
    assert missing(source) == [
        "The password is encrypted: choose wp-config.php too, which has the key",
        "The password is encrypted: its key is the option wp_mail_smtp_mail_key, or WPMS_CRYPTO_KEY",
    ]
    assert [one.draft.password for one in source.found] == [None, None]


def test_another_key_opens_nothing() -> None:
    config = CONFIG.replace("logged-in", "other") + "define('WPMS_CRYPTO_KEY', 'x');"
    text = dump(fluent_settings=serialized(FLUENT), wp_mail_smtp=serialized(WPMS))
    (source,) = read({"wp-config.php": config, "dump.sql": text})
    assert missing(source) == [
        "The password is encrypted with another key than the one in wp-config.php",
        "The password is encrypted with another key than the one in the files",
    ]


def test_own_keys_of_fluent_smtp_come_first() -> None:
    own = (
        CONFIG.replace("LOGGED_IN", "FLUENTMAIL_ENCRYPT")
        + "define('LOGGED_IN_KEY', 'z');define('LOGGED_IN_SALT', 'z');"
    )
    source, *_ = read({"wp-config.php": own, "o.json": json.dumps(FLUENT)})
    assert [server(one) for one in source.found] == [FLUENT_SERVER]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.json", json.dumps([{"data": [{"option_name": "wp_mail_smtp", "option_value": serialized(WPMS)}]}])),
        ("option.json", json.dumps(WPMS, indent=2)),
        ("options.json", json.dumps([{"option_name": "wp_mail_smtp", "option_value": serialized(WPMS)}])),
        ("options.json", json.dumps([{"option_name": "wp_mail_smtp", "option_value": json.dumps(WPMS)}])),
        ("option.txt", serialized(WPMS)),
        ("query.txt", "option_value\n" + serialized(WPMS) + "\n"),
        ("wp_options.csv", '"7","wp_mail_smtp","' + serialized(WPMS).replace('"', '""') + '","no"\n'),
        ("dump.sql", dump(wp_mail_smtp=serialized(WPMS))),
    ],
)
def test_an_option_is_read_however_it_was_printed(name: str, text: str) -> None:
    source = only(name, text)
    assert (source.format, [server(one) for one in source.found]) == (
        ImportFormat.WP_MAIL_SMTP, ["+wp:-@mail.contoso.example:587"]
    )  # fmt: skip
    assert source.found[0].draft.name == "Wp_contoso_example"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"encryption": "ssl", "port": 465}, "+wp:plain@mail.contoso.example:465"),
        ({"encryption": "none", "autotls": False, "port": "25"}, "wp:plain@mail.contoso.example:25"),
        ({"encryption": "none", "autotls": "yes", "port": "25"}, "+wp:plain@mail.contoso.example:25"),
        ({"auth": False}, "+mail.contoso.example:587"),
        ({"pass": "p\\\\w\\'d"}, "+wp:p\\w'd@mail.contoso.example:587"),
    ],
)
def test_settings_of_wp_mail_smtp_mean_what_the_plugin_does(changed: dict[str, object], expected: str) -> None:
    smtp = WPMS["smtp"]
    assert isinstance(smtp, dict)
    option = {**WPMS, "smtp": {**smtp, "pass": "plain", **changed}}
    assert [server(one) for one in only("o.json", json.dumps(option)).found] == [expected]


def test_constants_override_the_option() -> None:
    config = CONFIG + (
        "define( 'WPMS_ON', true );\nif ( ! defined('WPMS_SMTP_HOST') ) { define('WPMS_SMTP_HOST', 'two.example'); }\n"
        "define('WPMS_SSL', 'ssl'); define('WPMS_SMTP_PORT', 465);\ndefine('WPMS_SMTP_PASS', getenv('WP_SMTP_PASS'));\n"
    )
    (source,) = read({"wp-config.php": config, "o.json": json.dumps(WPMS)})
    assert [server(one) for one in source.found] == ["+wp:-@two.example:465"]
    assert missing(source) == ["The file says getenv('WP_SMTP_PASS')"]


def test_constants_alone_are_enough() -> None:
    config = CONFIG + (
        "define('WPMS_ON', true);\ndefine('WPMS_SMTP_HOST', 'h.example');\ndefine('WPMS_SMTP_AUTH', true);\n"
        "define('WPMS_SMTP_USER', 'u');\ndefine('WPMS_SMTP_PASS', 'it\\'s $x');\ndefine('WPMS_SSL', '');\n"
        "define('WPMS_MAIL_FROM', 'a@contoso.example');\n// define('WPMS_SMTP_PORT', 2525);\n"
    )
    source = only("wp-config.php", config)
    assert servers(source) == [(6, "u:it's $x@h.example:25")]
    assert source.found[0].draft.from_address == "a@contoso.example"


def test_constants_of_fluent_smtp_hold_its_password() -> None:
    settings = {"provider": "smtp", "host": "h.example", "port": 587, "encryption": "tls", "auth": "yes",
                "key_store": "wp_config", "sender_email": "a@b.example", "username": "", "password": ""}  # fmt: skip
    option = json.dumps({"connections": {"k": {"provider_settings": settings}}, "use_encrypt": "yes"})
    config = CONFIG + "define( 'FLUENTMAIL_SMTP_USERNAME', 'u' );\ndefine( 'FLUENTMAIL_SMTP_PASSWORD', 'p' );\n"
    source, *_ = read({"wp-config.php": config, "o.json": option})
    assert [server(one) for one in source.found] == ["+u:p@h.example:587"]
    assert missing(only("o.json", option)) == ["The file says FLUENTMAIL_SMTP_PASSWORD of wp-config.php"]


def test_a_constant_of_several_values_is_not_guessed() -> None:
    config = CONFIG + "if (X) { define('WPMS_SMTP_HOST', 'a.example'); } else { define('WPMS_SMTP_HOST', 'b'); }"
    assert reasons(only("wp-config.php", config)) == [(5, "The server is …, which is not filled in.")]


def test_sites_of_several_folders_are_kept_apart() -> None:
    files = {
        "a/wp-config.php": CONFIG, "a/o.json": json.dumps(FLUENT),
        "b/wp-config.php": CONFIG.replace("logged-in", "other"), "b/o.json": json.dumps(FLUENT),
    }  # fmt: skip
    assert [source.found[0].missing is None for source in read(files)] == [True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CONFIG, "Neither FluentSMTP nor WP Mail SMTP is set up in the file."),
        (json.dumps({"mail": {"mailer": "gmail", "from_email": "a@b.example", "from_email_force": True}}),
         "a@b.example sends by “gmail”, not through a mail server."),
        (dump(wp_mail_smtp=serialized(WPMS)[:-9]), "The serialized value is damaged, or holds an object."),
        (dump(wp_mail_smtp='O:8:"stdClass":0:{}'), "The serialized value is damaged, or holds an object."),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_named(text: str, said: str) -> None:
    assert [reason for _, reason in reasons(only("wp", text))] == [said]


def test_notes_never_hold_a_secret() -> None:
    for source in read({"wp-config.php": CONFIG, "o.json": json.dumps(WPMS), "f.json": json.dumps(FLUENT)}):
        shown = [
            *(note for found in source.found for note in notes(found)),
            *missing(source),
            *map(str, reasons(source)),
        ]
        assert not [one for one in shown if SEALED_BY_WPMS in one or LOGGED_IN_KEY in one or PASSWORD in one]


@pytest.mark.skipif(PHP is None, reason="PHP is not installed")
def test_what_php_encrypts_is_opened() -> None:
    script = """<?php
    $iv = random_bytes(16); $nonce = random_bytes(24); $key = $argv[1]; $salt = $argv[2]; $text = $argv[3];
    echo base64_encode($iv . openssl_encrypt($text . $salt, 'aes-256-ctr', $key, 0, $iv)), ' ';
    if (function_exists('sodium_crypto_secretbox'))
        echo base64_encode($nonce . sodium_crypto_secretbox($text, $nonce, str_pad(substr($key, 0, 32), 32, '-')));
    """
    for key, text in (("short", "a"), (LOGGED_IN_KEY, "pässwörd " * 30)):
        command = [PHP or "", "--", key, LOGGED_IN_SALT, text]
        ran = subprocess.run(command, input=script, capture_output=True, text=True, check=True)
        fluent, _, box = ran.stdout.partition(" ")
        assert fluent_smtp_opened(fluent, key=key, salt=LOGGED_IN_SALT) == text
        assert not box or secretbox_opened(box, key.encode()[:32].ljust(32, b"-")) == text
