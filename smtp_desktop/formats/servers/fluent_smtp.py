"""FluentSMTP: the connections in its option `fluentmail-settings`."""

from dataclasses import replace

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.servers.words import Findings, Words, encryption_by_chance, is_yes, leaf, text_of
from smtp_desktop.formats.servers.wp_secrets import fluent_smtp_opened
from smtp_desktop.formats.servers.wp_site import Option, WordPressSite
from smtp_desktop.formats.syntax.tree import Branch, Leaf, branch_at, leaf_at
from smtp_desktop.formats.values import IMPLICIT_PORT, SUBMISSION_PORT, Encryption

FLUENT_OPTION = "fluentmail-settings"
_USER, _PASSWORD = "FLUENTMAIL_SMTP_USERNAME", "FLUENTMAIL_SMTP_PASSWORD"
_KEYS = (("FLUENTMAIL_ENCRYPT_KEY", "FLUENTMAIL_ENCRYPT_SALT"), ("LOGGED_IN_KEY", "LOGGED_IN_SALT"))
_ENCRYPTED = msg("The password is encrypted: choose wp-config.php too, which has the key")
_OTHER_KEY = msg("The password is encrypted with another key than the one in wp-config.php")


def add_fluent_smtp(findings: Findings, site: WordPressSite, option: Option) -> None:
    """Adds the connections of the option."""
    encrypted = text_of(leaf_at(option.tree, "use_encrypt")) != ""
    connections = branch_at(option.tree, "connections")
    for _, connection in connections or ():
        if settings := branch_at(connection, "provider_settings"):
            _add(findings, site, option, settings, encrypted=encrypted)


def _add(findings: Findings, site: WordPressSite, option: Option, settings: Branch, *, encrypted: bool) -> None:
    provider = text_of(leaf_at(settings, "provider"))
    if provider != "smtp":
        reason = msg(
            "{sender} sends by “{way}”, not through a mail server.",
            sender=_sender(settings) or "FluentSMTP",
            way=provider,
        )
        findings.cannot_read(reason, option.file, settings.line)
        return
    in_config = text_of(leaf_at(settings, "key_store")) == "wp_config"
    user = site.constant(_USER) if in_config else leaf_at(settings, "username")
    password = site.constant(_PASSWORD) if in_config else leaf_at(settings, "password")
    encrypted = encrypted and not in_config and text_of(leaf_at(settings, "disable_encryption")) != "yes"
    opened, missing = _opened(site, password) if encrypted and password else (password, None)
    encryption = _encryption(settings)
    added = findings.add(
        Words(
            names=(_sender(settings), "FluentSMTP"),
            host=leaf_at(settings, "host"),
            port=leaf_at(settings, "port"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SUBMISSION_PORT,
            encryption=encryption,
            sign_in=is_yes(leaf_at(settings, "auth")) is not False,
            user=user,
            password=opened,
            password_is_literal=True,
            secret_at=f"{_PASSWORD} of wp-config.php" if in_config and password is None else "",
            from_address=leaf_at(settings, "sender_email"),
            from_name=leaf_at(settings, "sender_name"),
        ),
        option.file,
    )
    if added and added.missing and missing:
        findings.change_last(lambda found: replace(found, missing=missing))


def _sender(settings: Branch) -> str:
    return text_of(leaf_at(settings, "sender_email"))


def _opened(site: WordPressSite, password: Leaf) -> tuple[Leaf | None, MessageText | None]:
    """Returns the password in clear, or why it stays closed."""
    keys = [(site.text(key), site.text(salt)) for key, salt in _KEYS]
    key = next((key for key, _ in keys if key), "")
    salt = next((salt for _, salt in keys if salt), "")
    if not key or not salt:
        return None, _ENCRYPTED
    opened = fluent_smtp_opened(password.text, key=key, salt=salt)
    return (leaf(opened, password.line), None) if opened is not None else (None, _OTHER_KEY)


def _encryption(settings: Branch) -> Encryption:
    match text_of(leaf_at(settings, "encryption")).strip().lower():
        case "ssl":
            return Encryption.IMPLICIT
        case "tls":
            return Encryption.STARTTLS
        case _ if text_of(leaf_at(settings, "auto_tls")) == "no":
            return Encryption.NONE
        case _:
            return encryption_by_chance(leaf_at(settings, "host"))
