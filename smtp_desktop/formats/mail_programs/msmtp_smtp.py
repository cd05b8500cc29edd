"""From an account of msmtp to an SMTP."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from smtp_desktop.domain.imports.found import ImportFormat, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, OAUTH_NOTE, Result, noted, with_values
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption, SmtpParts, smtp_of

_SHA256 = re.compile(r"[0-9a-f]{64}")
# Files of the system's own authorities, which the program trusts anyway.
_SYSTEM_TRUST = re.compile(
    r"(?:system|.*/(?:ca-certificates\.crt|ca-bundle\.(?:crt|trust\.crt)|cert\.pem|certs?/?|tls-ca-bundle\.pem)|)"
)
_OAUTH = frozenset({"oauthbearer", "xoauth2"})
_NO_PASSWORD = frozenset({"external", "gssapi"})
_PROGRAM = re.compile(r"[\w./~-]+(?=\s|$)")
_PATTERN_SIGNS = frozenset("%*?[")
_ON, _OFF = frozenset({"on", ""}), frozenset({"off"})
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The argument of a command, which may be a secret, and its line."""

    text: str = field(repr=False)
    line: int


class Account:
    """The settings of an account."""

    def __init__(self, settings: Mapping[str, Setting]) -> None:
        self._settings = settings

    def text(self, command: str) -> str:
        """Returns the argument of a command; empty where the account does not have it."""
        setting = self._settings.get(command)
        return setting.text if setting else ""

    def is_on(self, command: str, *, default: bool) -> bool:
        """Returns whether a command turns something on, which it also does without an argument."""
        setting = self._settings.get(command)
        if setting is None:
            return default
        word = setting.text.lower()
        return True if word in _ON else False if word in _OFF else default


def smtp_of_account(name: str, settings: Mapping[str, Setting], *, file: str, line: int, password_made: str) -> Result:
    """Returns the SMTP of an account, or why there is none. `password_made` is what may set the password elsewhere."""
    account = Account(settings)
    if problem := _no_server(account):
        return Unreadable(format=ImportFormat.MSMTP, file=file, line=line, reason=problem)
    mechanism = account.text("auth").lower() if "auth" in settings else "off"
    signs_in = mechanism not in _OFF | _NO_PASSWORD
    encryption = _encryption(account)
    command = account.text("passwordeval")
    password = account.text("password") or None
    sender = account.text("from")
    parts = SmtpParts(
        names=(name,) if name != "default" else (),
        host=account.text("host"),
        port=account.text("port"),
        default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
        encryption=encryption,
        sign_in=signs_in,
        user=account.text("user"),
        password=None if mechanism in _OAUTH else password,
        password_elsewhere=(_named_command(command) if command else password_made) if password is None else "",
        from_address="" if _is_pattern(sender) else sender,
        ehlo_name=_ehlo_name(account),
        unverified=encryption is not Encryption.NONE and not account.is_on("tls_certcheck", default=True),
    )
    result = smtp_of(parts, source_format=ImportFormat.MSMTP, file=file, line=line)
    fingerprint = account.text("tls_fingerprint").replace(":", "").lower()
    if encryption is not Encryption.NONE and _SHA256.fullmatch(fingerprint):
        result = with_values(result, trusted_fingerprint=fingerprint, fingerprint_host=parts.host)
    return noted(result, *_notes(account, mechanism, encryption))


def _no_server(account: Account) -> MessageText | None:
    if account.text("socket"):
        return msg("It connects to a socket of this computer, not to a server.")
    if account.text("protocol").lower() == "lmtp":
        return msg("It speaks LMTP, not SMTP.")
    return None


def _encryption(account: Account) -> Encryption:
    if not account.is_on("tls", default=False):
        return Encryption.NONE
    return Encryption.STARTTLS if account.is_on("tls_starttls", default=True) else Encryption.IMPLICIT


def _named_command(command: str) -> str:
    """Returns passwordeval with the name of its program: what follows may be the password itself."""
    program = _PROGRAM.match(command)
    return f"passwordeval {program[0]} …" if program else "passwordeval …"


def _is_pattern(sender: str) -> bool:
    """Whether the From stands for several, as *@contoso.example, or is filled in by msmtp, as %U@%H."""
    return bool(sender) and (not _PATTERN_SIGNS.isdisjoint(sender) or address_or_none(sender) is None)


def _ehlo_name(account: Account) -> str:
    name = account.text("domain")
    return "" if "%" in name or name == "localhost" else name


def _notes(account: Account, mechanism: str, encryption: Encryption) -> Iterator[MessageText]:
    sender = account.text("from")
    if _is_pattern(sender):
        yield msg("Its From Address {sender} is a pattern. Enter the address.", sender=one_line(sender)[:_LONGEST])
    if mechanism in _OAUTH:
        yield OAUTH_NOTE
    if mechanism in _NO_PASSWORD:
        yield msg("It signs in with {mechanism}, which is not possible here.", mechanism=mechanism)
    if mechanism in _OFF and account.text("user"):
        yield msg("It has a user name, but auth is off: msmtp does not sign in.")
    if account.text("proxy_host"):
        yield msg("It connects through a proxy, which is not taken over.")
    if encryption is Encryption.NONE:
        return
    if account.text("tls_cert_file"):
        yield CLIENT_CERTIFICATE_NOTE
    fingerprint = account.text("tls_fingerprint")
    if fingerprint and not _SHA256.fullmatch(fingerprint.replace(":", "").lower()):
        yield msg("It trusts one certificate by an old kind of fingerprint, which is not taken over.")
    trusted = account.text("tls_trust_file")
    if trusted and not fingerprint and not _SYSTEM_TRUST.fullmatch(trusted):
        yield msg("It trusts the CAs in {file}. Add the CA in the SMTP's form.", file=one_line(trusted)[:_LONGEST])
