"""WP Mail SMTP: its option `wp_mail_smtp`, and the constants WPMS_… that override it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.servers.words import (
    Findings,
    Words,
    encryption_by_chance,
    is_yes,
    leaf,
    reference_of,
    text_of,
)
from smtp_desktop.formats.servers.wp_secrets import is_secretbox, key_decoded, secretbox_opened
from smtp_desktop.formats.servers.wp_site import WordPressSite
from smtp_desktop.formats.syntax.tree import Branch, Leaf, branches, leaf_at
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption

WPMS_OPTION, KEY_OPTION = "wp_mail_smtp", "wp_mail_smtp_mail_key"
_CONSTANTS = {
    ("mail", "mailer"): "WPMS_MAILER",
    ("mail", "from_email"): "WPMS_MAIL_FROM",
    ("mail", "from_name"): "WPMS_MAIL_FROM_NAME",
    ("smtp", "host"): "WPMS_SMTP_HOST",
    ("smtp", "port"): "WPMS_SMTP_PORT",
    ("smtp", "encryption"): "WPMS_SSL",
    ("smtp", "auth"): "WPMS_SMTP_AUTH",
    ("smtp", "autotls"): "WPMS_SMTP_AUTOTLS",
    ("smtp", "user"): "WPMS_SMTP_USER",
    ("smtp", "pass"): "WPMS_SMTP_PASS",
}
_ENCRYPTED = msg("The password is encrypted: its key is the option wp_mail_smtp_mail_key, or WPMS_CRYPTO_KEY")
_OTHER_KEY = msg("The password is encrypted with another key than the one in the files")


def add_wp_mail_smtp(findings: Findings, site: WordPressSite) -> None:
    """Adds the site's servers: those of the option and its further connections, or of the constants alone."""
    options = [one for one in site.options if one.name == WPMS_OPTION]
    added = False
    for option in options:
        for number, branch in enumerate(one for one in branches(option.tree) if leaf_at(one, "mail", "mailer")):
            _add(findings, site, option.file, branch, overridden=number == 0)
            added = True
    host = site.constants.get("WPMS_SMTP_HOST")
    if not added and host:
        _add(findings, site, host.file, Branch(items=(), line=host.value.line), overridden=True)


def _add(findings: Findings, site: WordPressSite, path: str, option: Branch, *, overridden: bool) -> None:
    def value(group: str, key: str) -> Leaf | None:
        constant = site.constant(_CONSTANTS[group, key]) if overridden else None
        return constant or _unslashed(leaf_at(option, group, key))

    mailer = text_of(value("mail", "mailer")) or ("smtp" if value("smtp", "host") else "mail")
    if mailer != "smtp":
        sender = text_of(value("mail", "from_email")) or "WordPress"
        reason = msg("{sender} sends by “{way}”, not through a mail server.", sender=sender, way=mailer)
        findings.cannot_read(reason, path, option.line)
        return
    literal = overridden and site.constant("WPMS_SMTP_PASS") is not None
    password, missing = value("smtp", "pass"), None
    if password and not literal:
        password, missing = _opened(site, leaf_at(option, "smtp", "pass"))
    encryption = _encryption(value("smtp", "encryption"), value("smtp", "autotls"), value("smtp", "host"))
    added = findings.add(
        Words(
            names=(text_of(value("mail", "from_email")), "WordPress"),
            host=value("smtp", "host"),
            port=value("smtp", "port"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=is_yes(value("smtp", "auth")) is True,
            user=value("smtp", "user"),
            password=password,
            password_is_literal=bool(password) and not reference_of(password),
            from_address=value("mail", "from_email"),
            from_name=value("mail", "from_name"),
        ),
        path,
    )
    if added and added.missing and missing:
        findings.change_last(lambda found: replace(found, missing=missing))


def _opened(site: WordPressSite, stored: Leaf | None) -> tuple[Leaf | None, MessageText | None]:
    """Returns the password in clear, or why it stays closed. One of an old version is stored in clear."""
    if stored is None or not is_secretbox(stored.text):
        return _unslashed(stored), None
    keys = _keys(site)
    opened = next((one for key in keys if (one := secretbox_opened(stored.text, key)) is not None), None)
    if opened is None:
        return None, _OTHER_KEY if keys else _ENCRYPTED
    return _unslashed(leaf(opened, stored.line)), None


def _keys(site: WordPressSite) -> Sequence[bytes]:
    own = site.text("WPMS_CRYPTO_KEY")
    return [key for key in (own.encode("utf-8", "replace"), key_decoded(own), *map(key_decoded, site.keys)) if key]


def _unslashed(value: Leaf | None) -> Leaf | None:
    """Returns the value as the plugin has it, which strips slashes from what the database has."""
    if value is None or "\\" not in value.text:
        return value
    return replace(value, text=re.sub(r"\\(.?)", r"\1", value.text, flags=re.DOTALL))


def _encryption(said: Leaf | None, by_chance: Leaf | None, host: Leaf | None) -> Encryption:
    match text_of(said).strip().lower():
        case "ssl":
            return Encryption.IMPLICIT
        case "tls":
            return Encryption.STARTTLS
        case _ if is_yes(by_chance) is True:
            return encryption_by_chance(host)
        case _:
            return Encryption.NONE
