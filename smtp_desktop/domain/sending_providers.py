"""SendingProviders that send mail, and how they send it. They are data (`resources/sending_providers.json`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_KEYS = frozenset({"name", "hosts", "includes", "domains", "own_envelope", "rewrites_from", "customers_domains"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingProvider:
    """One provider, or one of its ways of sending.

    `hosts` are patterns of the servers that mail is handed to, in lower case, with "*" for any text. `includes` are the
    names that stand for it in SPF records; the first is the one to add. `domains` are those of the addresses that it
    gives to everybody. With `own_envelope` it sends with an address of its own in MAIL FROM; with `rewrites_from` it
    replaces a From Address that is not the user's; with `customers_domains` it also sends, and signs, for domains that
    are its customers'.
    """

    name: str
    hosts: tuple[str, ...]
    includes: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()
    own_envelope: bool = False
    rewrites_from: bool = False
    customers_domains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingProviders:
    """All that are known. `gateways` are the names in SPF records of those that pass on other providers' mail."""

    all: tuple[SendingProvider, ...]
    gateways: tuple[str, ...] = ()

    def at(self, host: str) -> SendingProvider | None:
        """Returns whose server `host`, in lower-case ASCII, is; None where that is not known."""
        return next((one for one in self.all if any(fnmatchcase(host, pattern) for pattern in one.hosts)), None)

    def giving(self, domain: str) -> SendingProvider | None:
        """Returns who gives addresses in `domain` to everybody; None where nobody does."""
        return next((one for one in self.all if domain in one.domains), None)


def is_within(name: str, ends: Sequence[str]) -> bool:
    """Whether `name` is one of the names `ends`, or below one of them."""
    return any(name == end or name.endswith(f".{end}") for end in ends)


def sending_providers_from(document: Mapping[str, object]) -> SendingProviders:
    """Returns what `document`, the parsed JSON, lists. Raises KeyError or TypeError if it is malformed."""
    listed, gateways = document["providers"], document["gateways"]
    if not isinstance(listed, list) or not isinstance(gateways, list):
        raise TypeError(document)
    return SendingProviders(all=tuple(_provider(entry) for entry in listed), gateways=tuple(map(str, gateways)))


def _provider(entry: Mapping[str, object]) -> SendingProvider:
    unknown = entry.keys() - _KEYS
    if unknown:
        raise TypeError(unknown)
    return SendingProvider(
        name=str(entry["name"]),
        hosts=_words(entry["hosts"]),
        includes=_words(entry.get("includes", [])),
        domains=frozenset(_words(entry.get("domains", []))),
        own_envelope=entry.get("own_envelope") is True,
        rewrites_from=entry.get("rewrites_from") is True,
        customers_domains=entry.get("customers_domains") is True,
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(str, value))
