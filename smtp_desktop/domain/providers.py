"""All mail providers that are known. They are data (`resources/providers.json`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smtp_desktop.domain.provider import Preset, Provider, UserNameForm
from smtp_desktop.domain.text import Text


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
        note=Text(entry["note"]) if "note" in entry else None,
    )


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(str, value))
