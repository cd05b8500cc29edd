"""URLs and DSNs of mail servers, taken apart by hand: Python's own parts break at a password with / or # in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from smtp_desktop.domain.mail.address import is_this_computer
from smtp_desktop.formats.values import Encryption, SmtpParts, plain_bool

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,40})://")
_SERVER = re.compile(
    r"(?P<host>\[[^\]\s/?#@]*\]|[^\s:/?#@\[\]]*)(?::(?P<port>[^\s:/?#@]*))?/?(?:\?(?P<query>[^\s?]*))?", re.DOTALL
)
_QUERY = re.compile(r"(?:[\w.\[\]-]+=[^&]*(?:&|$))*")
_HEXADECIMAL_SHA256 = re.compile(r"[0-9a-f]{64}")

_SCHEMES = {
    "smtp": Encryption.UNSAID,
    "esmtp": Encryption.UNSAID,
    "submission": Encryption.STARTTLS,
    "smtp+tls": Encryption.STARTTLS,
    "smtp+starttls": Encryption.STARTTLS,
    "smtps": Encryption.IMPLICIT,
    "submissions": Encryption.IMPLICIT,
    "smtp+ssl": Encryption.IMPLICIT,
    "smtp+notls": Encryption.NONE,
}
MAIL_SCHEMES = frozenset(_SCHEMES)
"""The schemes of servers that are named in the URL itself."""

_WORDS = {
    "ssl": Encryption.IMPLICIT,
    "smtps": Encryption.IMPLICIT,
    "implicit": Encryption.IMPLICIT,
    "tls": Encryption.STARTTLS,
    "starttls": Encryption.STARTTLS,
    "none": Encryption.NONE,
    "plain": Encryption.NONE,
    "off": Encryption.NONE,
}
_OPTIONS: dict[tuple[str, bool], Encryption] = {
    ("ssl", True): Encryption.IMPLICIT,
    ("usessl", True): Encryption.IMPLICIT,
    ("secure", True): Encryption.IMPLICIT,
    ("tls", True): Encryption.STARTTLS,
    ("usetls", True): Encryption.STARTTLS,
    ("starttls", True): Encryption.STARTTLS,
    ("requiretls", True): Encryption.STARTTLS,
    ("tls", False): Encryption.NONE,
    ("usetls", False): Encryption.NONE,
    ("starttls", False): Encryption.NONE,
    ("autotls", False): Encryption.NONE,
    ("disablestarttls", True): Encryption.NONE,
    ("ignoretls", True): Encryption.NONE,
}
_CHECKS = ("verifypeer", "verify", "verifypeername", "tlsverify", "rejectunauthorized", "tlsrejectunauthorized")
_NO_CHECKS = ("skipverify", "insecure", "insecureskipverify", "allowinvalid", "skipsslverify", "tlsinsecure")
_FROM = ("from", "fromaddress", "fromemail", "mailfrom", "sender", "defaultfrom")
_USER = ("user", "username", "login")
_WITH_ADDRESS = frozenset({*_FROM, *_USER, "to", "replyto", "bcc", "cc", "password", "pass"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailUrl:
    """The parts of a URL, decoded. `password` is None where there is none. The names in `query` are in lower case,
    without the signs between their words."""

    scheme: str
    user: str = ""
    password: str | None = field(default=None, repr=False)
    host: str = ""
    port: str = ""
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    def said(self, *names: str) -> str:
        """Returns the first of these options that the query has; empty where it has none."""
        return next((self.query[name] for name in names if self.query.get(name)), "")


def mail_url(text: str) -> MailUrl | None:
    """Returns the parts of a URL; None where the text is none. What is before the last @ that can stand before a server
    is user and password, which may hold any character, percent-encoded or not. A + stays one."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return None
    rest = text[scheme.end() :].partition(" #")[0].strip()
    server = _plain_server(rest)
    credentials = None
    if server is None:
        credentials, server = _split_at(rest)
    if server is None:
        return None
    user, colon, password = (credentials or "").partition(":")
    return MailUrl(
        scheme=scheme[1].lower(),
        user=unquote(user),
        password=unquote(password) if colon else None,
        host=unquote(server["host"]),
        port=server["port"] or "",
        query=_options(server["query"] or ""),
    )


def parts_of(url: MailUrl, *, names: tuple[str, ...] = ()) -> SmtpParts:
    """Returns what a URL whose scheme is one of `MAIL_SCHEMES` says of an SMTP."""
    user = url.user or url.said(*_USER)
    password = url.password if url.password is not None else (url.said("password", "pass") or None)
    return SmtpParts(
        names=names,
        host=url.host,
        port=url.port,
        encryption=_encryption(url, signs_in=bool(user)),
        user=user,
        password=password,
        from_address=url.said(*_FROM),
        ehlo_name=url.said("localdomain", "ehlo", "ehloname", "helo"),
        unverified=_is_unverified(url),
    )


def fingerprint_of(url: MailUrl) -> str:
    """Returns the SHA-256 fingerprint of the only certificate that the URL trusts; empty where it names none."""
    text = url.said("peerfingerprint").replace(":", "").lower()
    return text if _HEXADECIMAL_SHA256.fullmatch(text) else ""


def _encryption(url: MailUrl, *, signs_in: bool) -> Encryption:
    said = _SCHEMES[url.scheme]
    if said is not Encryption.UNSAID:
        return said
    if word := url.said("encryption", "security", "smtpsecure", "protocol").lower():
        return _WORDS.get(word, Encryption.UNSAID)
    for name, text in url.query.items():
        option = _OPTIONS.get((name, plain_bool(text) is not False))
        if option and text:
            return option
    if url.port == "465":
        return Encryption.IMPLICIT
    if not signs_in and is_this_computer(url.host.strip("[]")):
        return Encryption.NONE  # a server for development, as MailHog and Mailpit are
    return Encryption.IF_OFFERED  # what smtp:// means to the programs that take it


def _is_unverified(url: MailUrl) -> bool:
    off = any(url.query.get(name) and plain_bool(url.query[name]) is False for name in _CHECKS)
    return off or any(url.query.get(name) and plain_bool(url.query[name]) is True for name in _NO_CHECKS)


def _options(query: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {re.sub(r"[^a-z0-9]", "", unquote(name).lower()): unquote(text) for name, _, text in pairs}


def _plain_server(text: str) -> re.Match[str] | None:
    found = _SERVER.fullmatch(text)
    if found is None or not _QUERY.fullmatch(found["query"] or ""):
        return None
    options = _options(found["query"] or "")
    # Else it may be a password, with ? and @ in it, before the true server.
    return found if all("@" not in value or name in _WITH_ADDRESS for name, value in options.items()) else None


def _split_at(text: str) -> tuple[str, re.Match[str] | None]:
    """Returns user and password, and the server behind the first @ with which the rest is one."""
    # A server is short: only the last @ signs can stand before it, which keeps this linear.
    places = [place for place, sign in enumerate(text) if sign == "@"][-8:]
    for place in places:
        server = _plain_server(text[place + 1 :])
        if server:
            return text[:place], server
    return "", None
