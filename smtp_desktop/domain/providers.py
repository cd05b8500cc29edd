"""Providers and the servers that take mail for them. What is known of them is data (`resources/providers.json`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from smtp_desktop.domain.text import Text


class UserNameForm(StrEnum):
    """What a provider wants as User Name."""

    ADDRESS = "address"
    LOCAL_PART = "local_part"  # what stands before the @
    APIKEY = "apikey"  # this very word
    OTHER = "other"  # `note` tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as its customers know it. `host` takes mail from programs on `ports`, the best first; it is empty
    where each region has its own, which is then right as typed.

    `hosts` are patterns of names that people type for it, right or wrong ones, and `domains` those of its customers'
    addresses. `spf` are the names that a domain sending through it includes (RFC 7208 5.2).
    """

    name: str
    host: str
    ports: tuple[int, ...]
    hosts: tuple[str, ...]
    domains: tuple[str, ...]
    user_name: UserNameForm
    note: Text | None
    spf: tuple[str, ...]


def provider_of_host(providers: Sequence[Provider], host: str) -> Provider | None:
    """Returns whom `host`, which is ASCII, was typed for."""
    return next((one for one in providers if _fits(host, one.hosts)), None)


def provider_of_domain(providers: Sequence[Provider], domain: str) -> Provider | None:
    """Returns who has the mailboxes of `domain`, which is ASCII in lower case."""
    return next((one for one in providers if _fits(domain, one.domains)), None)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def providers_from(documents: Sequence[dict[str, Any]]) -> tuple[Provider, ...]:
    """Returns the providers that `documents`, the parsed JSON list, describe. Raises KeyError, TypeError or ValueError
    if one is malformed."""
    return tuple(_provider_from(document) for document in documents)


def _provider_from(document: dict[str, Any]) -> Provider:
    unknown = document.keys() - {"name", "host", "ports", "hosts", "domains", "user_name", "note", "spf"}
    if unknown:
        raise TypeError(unknown)
    return Provider(
        name=document["name"],
        host=document["host"],
        ports=tuple(int(port) for port in document["ports"]),
        hosts=tuple(document["hosts"]),
        domains=tuple(document["domains"]),
        user_name=UserNameForm(document["user_name"]),
        note=Text(document["note"]) if document["note"] else None,
        spf=tuple(document["spf"]),
    )
