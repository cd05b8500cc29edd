"""What is known of one mail provider."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from smtp_desktop.domain.text import Text

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
    note: Text | None = None


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
