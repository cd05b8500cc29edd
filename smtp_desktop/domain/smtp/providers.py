"""What is known of one mail provider."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText

_WILD = frozenset("*?[")  # of fnmatch


class UserNameForm(StrEnum):
    """What a provider wants as User Name."""

    ADDRESS = "address"
    LOCAL_PART = "local_part"  # what stands before the @
    APIKEY = "apikey"  # this very word
    OTHER = "other"  # the note tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What to enter to send through a provider: one of `ports`, the best first, and what to know beforehand."""

    ports: tuple[int, ...]
    user_name: UserNameForm = UserNameForm.ADDRESS
    note: MessageText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A mail provider, or one of its ways of sending: `house` is the same for all that belong together.

    Hosts and domains are in lower-case ASCII. Patterns are those of `fnmatch`; one that begins with a dot is of the
    domain and all names below it.

    `servers` are patterns of the hosts that it takes mail on, the one to enter first; `names` are patterns of its
    other hosts: those that people type for it, right or wrong ones, or that speak in its name. `domains` are those of
    the addresses that it gives to everybody; as a pattern, of those that it makes for each customer.

    `includes` stand for it in SPF records (RFC 7208 5.2); the first is the one to add. With `own_envelope` it sends
    with an address of its own in MAIL FROM; with `rewrites_from` it replaces a From Address that is not the user's;
    with `customers_domains` it also sends, and signs, for domains that are its customers'.

    `advised_as` are the names by which rules of advice speak of it. `words` is a regular expression that is searched
    for, ignoring case, in replies: it finds what this provider alone says. Where it is empty only the host tells.
    """

    name: str
    house: str
    servers: tuple[str, ...]
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    preset: Preset | None = None
    includes: tuple[str, ...] = ()
    own_envelope: bool = False
    rewrites_from: bool = False
    customers_domains: bool = False
    advised_as: tuple[str, ...] = ()
    words: str = ""

    @property
    def host(self) -> str:
        """The host to enter; empty where each region has its own, which is then right as typed."""
        return "" if "*" in self.servers[0] else self.servers[0]

    def takes_mail_at(self, host: str) -> bool:
        """Whether mail that is handed to `host` goes through it."""
        return _fits(host, self.servers)

    def has_host(self, host: str) -> bool:
        """Whether `host` is, or was meant to be, one of its own."""
        return _fits(host, self.servers) or _fits(host, self.names)

    def has_mailboxes_of(self, domain: str) -> bool:
        """Whether addresses in `domain` are with it."""
        return _fits(domain, self.domains)

    def is_met(self, host: str, said: str) -> bool:
        """Whether `host`, or a server that says `said`, is its own."""
        return self.has_host(host) or (bool(self.words) and re.search(self.words, said, re.IGNORECASE) is not None)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(_fits_one(name, pattern) for pattern in patterns)


def _fits_one(name: str, pattern: str) -> bool:
    below = pattern[0] == "."
    if _WILD.isdisjoint(pattern):
        # Most are plain names, and a check looks at all of them.
        return f".{name}".endswith(pattern) if below else name == pattern
    return fnmatchcase(f".{name}", f"*{pattern}") if below else fnmatchcase(name, pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """The table of them. `gateways` are the names in SPF records of those that pass on other providers' mail.

    Whatever is looked up is in lower-case ASCII; of several that fit, the first counts.
    """

    all: tuple[Provider, ...] = ()
    gateways: tuple[str, ...] = ()

    def at(self, host: str) -> Provider | None:
        """Returns whose server `host` is; None where that is not known."""
        return next((one for one in self.all if one.takes_mail_at(host)), None)

    def giving(self, domain: str) -> Provider | None:
        """Returns who gives addresses in `domain` to everybody; None where nobody does."""
        return next((one for one in self.all if domain in one.domains), None)

    def preset_for_host(self, host: str) -> Provider | None:
        """Returns who, with a preset, was meant where `host` was typed."""
        return next((one for one in self.all if one.preset and one.has_host(host)), None)

    def preset_for_domain(self, domain: str) -> Provider | None:
        """Returns who, with a preset, has the mailboxes of `domain`."""
        return next((one for one in self.all if one.preset and one.has_mailboxes_of(domain)), None)

    def advised_as(self, name: str) -> tuple[Provider, ...]:
        """Returns those that rules of advice call `name`. Raises KeyError if there are none."""
        found = tuple(one for one in self.all if name in one.advised_as)
        if not found:
            raise KeyError(name)
        return found


def is_within(name: str, ends: Sequence[str]) -> bool:
    """Whether `name` is one of the names `ends`, or below one of them."""
    return any(name == end or name.endswith(f".{end}") for end in ends)


_KEYS = frozenset(
    {
        *("name", "servers", "names", "domains", "ports", "user_name", "note", "advised_as", "words"),
        *("includes", "own_envelope", "rewrites_from", "customers_domains"),
    }
)


def providers_from(document: Mapping[str, Any]) -> Providers:
    """Returns the table that `document`, the parsed JSON, describes. What stands beside a provider's `ways` holds for
    each of them that says nothing else. Raises KeyError, TypeError or ValueError if it is malformed."""
    return Providers(
        all=tuple(one for entry in document["providers"] for one in _ways_of(entry)),
        gateways=_words(document["gateways"]),
    )


def _ways_of(entry: Mapping[str, Any]) -> list[Provider]:
    shared = {key: value for key, value in entry.items() if key != "ways"}
    return [_provider(shared | way, house=entry["name"]) for way in entry.get("ways", [{}])]


def _provider(entry: Mapping[str, Any], house: str) -> Provider:
    if unknown := entry.keys() - _KEYS:
        raise TypeError(unknown)
    servers = _words(entry["servers"])
    if not servers:
        raise ValueError(entry)
    return Provider(
        name=str(entry["name"]),
        house=house,
        servers=servers,
        names=_words(entry.get("names", [])),
        domains=_words(entry.get("domains", [])),
        preset=_preset(entry),
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
        note=MessageText(entry["note"]) if "note" in entry else None,
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(str, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPasswordProvider:
    """A provider as its customers know it. `takes_passwords` is False where no password works any more."""

    name: str
    hosts: tuple[str, ...]
    takes_passwords: bool = True


GMAIL = AppPasswordProvider(name="Gmail", hosts=("smtp.gmail.com", "smtp.googlemail.com", "smtp-relay.gmail.com"))
# Microsoft took passwords away from personal mailboxes on 16 September 2024.
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
    """Returns whose server `host_name` is, as far as it is a provider of this list."""
    try:
        host = ascii_host(host_name)
    except BadHost:
        return None
    return next((it for it in PROVIDERS if any(fnmatchcase(host, pattern) for pattern in it.hosts)), None)
