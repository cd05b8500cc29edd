"""The mail providers that the program knows: their servers, presets, SPF names and app passwords."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import SignIn

_WILD = frozenset("*?[")  # of fnmatch


class UserNameForm(StrEnum):
    """The form of User Name that a provider wants."""

    ADDRESS = "address"
    LOCAL_PART = "local_part"  # the part before the @
    APIKEY = "apikey"  # the literal word
    OTHER = "other"  # see the preset's note


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The settings of a provider. `ports` has the best first, and so has `sign_in`, the ways to sign in; `note` says
    what to know beforehand."""

    ports: tuple[int, ...]
    user_name: UserNameForm = UserNameForm.ADDRESS
    sign_in: tuple[SignIn, ...] = (SignIn.PASSWORD,)
    note: MessageText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLimits:
    """The limits of a provider for one mailbox. `source` is the page that says so; `note` says what else to know."""

    limits: SendLimits
    source: str
    note: MessageText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A mail provider, or one of its ways of sending: `company` is the same for all that belong together.

    Hosts and domains are in lower-case ASCII. Patterns are those of `fnmatch`; one that begins with a dot matches the
    domain and all names below it.

    `servers` are patterns of the hosts that take its mail, the one to enter first; `names` are patterns of its other
    hosts: those that people type for it, rightly or wrongly, and those in its greetings. `mx` are patterns of the hosts
    that take mail for the domains it has the mailboxes of. `domains` are the domains of the addresses that it gives to
    everybody; a pattern there matches those that it makes for each customer. `source` is the page that says so.

    `includes` stand for it in SPF records (RFC 7208 5.2); the first is the one to add. With `own_envelope` it sends
    with an address of its own in MAIL FROM; with `rewrites_from` it replaces a From Address that is not the user's;
    with `customers_domains` it also sends, and signs, for domains of its customers.

    `limits` is None where none are known that hold for everybody.

    `advised_as` are its names in advice rules. `words` is a regular expression that is searched for in replies,
    ignoring case: it finds what only this provider says. Where it is empty, only the host identifies the provider.
    """

    name: str
    company: str
    servers: tuple[str, ...]
    source: str = ""
    names: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    preset: Preset | None = None
    limits: ProviderLimits | None = None
    includes: tuple[str, ...] = ()
    own_envelope: bool = False
    rewrites_from: bool = False
    customers_domains: bool = False
    advised_as: tuple[str, ...] = ()
    words: str = ""

    @property
    def host(self) -> str:
        """The host to enter; empty where each region has its own: the typed host is then right."""
        return "" if "*" in self.servers[0] else self.servers[0]

    def takes_mail_at(self, host: str) -> bool:
        """Whether `host` is one of its servers for mail."""
        return _fits(host, self.servers)

    def has_host(self, host: str) -> bool:
        """Whether `host` is, or was meant as, one of its own."""
        return _fits(host, self.servers) or _fits(host, self.names)

    def has_mailboxes_of(self, domain: str) -> bool:
        """Whether it has the mailboxes of `domain`."""
        return _fits(domain, self.domains)

    def takes_in_at(self, mx_host: str) -> bool:
        """Whether `mx_host`, of a domain's MX records, is one of those that take mail for its customers' domains."""
        return _fits(mx_host, self.mx)

    def is_met(self, host: str, reply: str) -> bool:
        """Whether `host`, or the server that sent `reply`, is its own."""
        return self.has_host(host) or (bool(self.words) and re.search(self.words, reply, re.IGNORECASE) is not None)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(_fits_one(name, pattern) for pattern in patterns)


def _fits_one(name: str, pattern: str) -> bool:
    below = pattern[0] == "."
    if _WILD.isdisjoint(pattern):
        # Most are plain names, and every check compares all of them.
        return f".{name}".endswith(pattern) if below else name == pattern
    return fnmatchcase(f".{name}", f"*{pattern}") if below else fnmatchcase(name, pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """The table of providers. `gateways` are the names in SPF records of services that relay other providers' mail.

    Hosts and domains to look up are in lower-case ASCII. Where several providers match, the first is returned.
    """

    all: tuple[Provider, ...] = ()
    gateways: tuple[str, ...] = ()

    def at(self, host: str) -> Provider | None:
        """Returns the provider that `host` is a server of, if it is known."""
        return next((one for one in self.all if one.takes_mail_at(host)), None)

    def freemail_of(self, domain: str) -> Provider | None:
        """Returns the provider that gives addresses in `domain` to everybody, if there is one."""
        return next((one for one in self.all if domain in one.domains), None)

    def preset_for_host(self, host: str) -> Provider | None:
        """Returns the provider with a preset that was meant by typing `host`, if there is one."""
        return next((one for one in self.all if one.preset and one.has_host(host)), None)

    def preset_for_domain(self, domain: str) -> Provider | None:
        """Returns the provider with a preset that has the mailboxes of `domain`, if there is one."""
        return next((one for one in self.all if one.preset and one.has_mailboxes_of(domain)), None)

    def preset_for_mx(self, mx_hosts: Sequence[str]) -> Provider | None:
        """Returns the provider with a preset that takes the mail of a domain with these MX records, the preferred host
        first, if there is one."""
        of_each = (one for host in mx_hosts for one in self.all if one.preset and one.takes_in_at(host))
        return next(of_each, None)

    def advised_as(self, name: str) -> tuple[Provider, ...]:
        """Returns the providers that advice rules call `name`. Raises KeyError where there are none."""
        found = tuple(one for one in self.all if name in one.advised_as)
        if not found:
            raise KeyError(name)
        return found


def is_within(name: str, ends: Sequence[str]) -> bool:
    """Whether `name` is one of the names `ends`, or below one of them."""
    return any(name == end or name.endswith(f".{end}") for end in ends)


_KEYS = frozenset(
    {
        *("name", "source", "servers", "names", "mx", "domains", "ports", "user_name", "sign_in", "note", "limits"),
        *("advised_as", "words"),
        *("includes", "own_envelope", "rewrites_from", "customers_domains"),
    }
)


def providers_from(document: Mapping[str, Any]) -> Providers:
    """Returns the table in `document`, the parsed JSON. Keys beside a provider's `ways` are defaults for each of them.
    Raises KeyError, TypeError or ValueError where it is malformed."""
    return Providers(
        all=tuple(one for entry in document["providers"] for one in _ways_of(entry)),
        gateways=_words(document["gateways"]),
    )


def _ways_of(entry: Mapping[str, Any]) -> list[Provider]:
    shared = {key: value for key, value in entry.items() if key != "ways"}
    return [_provider(shared | way, company=entry["name"]) for way in entry.get("ways", [{}])]


def _provider(entry: Mapping[str, Any], company: str) -> Provider:
    if unknown := entry.keys() - _KEYS:
        raise TypeError(unknown)
    servers = _words(entry["servers"])
    if not servers:
        raise ValueError(entry)
    return Provider(
        name=str(entry["name"]),
        company=company,
        servers=servers,
        source=str(entry.get("source", "")),
        names=_words(entry.get("names", [])),
        mx=_words(entry.get("mx", [])),
        domains=_words(entry.get("domains", [])),
        preset=_preset(entry),
        limits=_limits(entry["limits"]) if "limits" in entry else None,
        includes=_words(entry.get("includes", [])),
        own_envelope=entry.get("own_envelope") is True,
        rewrites_from=entry.get("rewrites_from") is True,
        customers_domains=entry.get("customers_domains") is True,
        advised_as=_words(entry.get("advised_as", [])),
        words=str(entry.get("words", "")),
    )


def _preset(entry: Mapping[str, Any]) -> Preset | None:
    if "ports" not in entry:
        return None
    return Preset(
        ports=tuple(int(port) for port in entry["ports"]),
        user_name=UserNameForm(entry.get("user_name", UserNameForm.ADDRESS)),
        sign_in=tuple(map(SignIn, _words(entry.get("sign_in", [SignIn.PASSWORD])))),
        note=msg(entry["note"]) if "note" in entry else None,
    )


def _limits(entry: Mapping[str, Any]) -> ProviderLimits:
    numbers = {key: int(value) for key, value in entry.items() if key not in {"source", "note"}}
    return ProviderLimits(
        limits=SendLimits(**numbers),
        source=str(entry.get("source", "")),
        note=msg(entry["note"]) if "note" in entry else None,
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(str, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPasswordProvider:
    """A provider that wants app passwords. `takes_passwords` is False where no password works any longer."""

    name: str
    hosts: tuple[str, ...]
    takes_passwords: bool = True


GMAIL = AppPasswordProvider(name="Gmail", hosts=("smtp.gmail.com", "smtp.googlemail.com", "smtp-relay.gmail.com"))
# Since 16 September 2024 Microsoft takes no passwords for personal mailboxes.
OUTLOOK = AppPasswordProvider(
    name="Outlook.com",
    hosts=("smtp-mail.outlook.com", "smtp.live.com", "smtp.hotmail.com"),
    takes_passwords=False,
)
YAHOO = AppPasswordProvider(name="Yahoo", hosts=("*.mail.yahoo.com", "smtp.bizmail.yahoo.com"))
AOL = AppPasswordProvider(name="AOL", hosts=("smtp.aol.com", "smtp.*.aol.com"))
ICLOUD = AppPasswordProvider(name="iCloud", hosts=("smtp.mail.me.com", "*-smtp.mail.me.com", "smtp.mail.icloud.com"))
ZOHO = AppPasswordProvider(
    name="Zoho",
    hosts=tuple(
        f"{server}.{domain}"
        for server in ("smtp", "smtppro")
        for domain in (
            "zoho.com",
            "zoho.eu",
            "zoho.in",
            "zoho.com.au",
            "zoho.com.cn",
            "zoho.jp",
            "zoho.sa",
            "zohocloud.ca",
        )
    ),
)
FASTMAIL = AppPasswordProvider(
    name="Fastmail", hosts=("smtp.fastmail.com", "smtps-proxy.fastmail.com", "*.messagingengine.com")
)
PROVIDERS = (GMAIL, OUTLOOK, YAHOO, AOL, ICLOUD, ZOHO, FASTMAIL)


def app_password_provider(host_name: str) -> AppPasswordProvider | None:
    """Returns the provider in this list that `host_name` is a server of, if there is one."""
    try:
        host = ascii_host(host_name)
    except BadHost:
        return None
    return next((one for one in PROVIDERS if any(fnmatchcase(host, pattern) for pattern in one.hosts)), None)
