"""The files of one Postfix: its main.cf, and the tables that it names among the files that were given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from smtp_desktop.formats.mail_programs.postfix.logical_lines import logical_lines
from smtp_desktop.formats.mail_programs.postfix.main_cf import MainCf, Unresolved
from smtp_desktop.formats.mail_programs.postfix.next_hop import next_hop
from smtp_desktop.formats.mail_programs.postfix.tables import (
    Entry,
    Reference,
    TableFile,
    inline_entries,
    references_in,
    same_file,
)


class TableKind(StrEnum):
    """What a table is for. The values are the parameters that name it."""

    PASSWORDS = "smtp_sasl_password_maps"
    SENDERS = "sender_dependent_relayhost_maps"
    SENDER_TRANSPORTS = "sender_dependent_default_transport_maps"
    POLICIES = "smtp_tls_policy_maps"


LEVELS = frozenset(
    ["none", "may", "dane", "dane-only", "encrypt", "fingerprint", "verify", "secure", "half-dane", "half_dane"]
)
"""The first words of a TLS policy."""


@dataclass(kw_only=True)
class Table:
    """What is known of one table: its entries, and the parts of it that are not among the files."""

    entries: list[Entry] = field(default_factory=list)
    absent: list[Reference] = field(default_factory=list)


@dataclass(kw_only=True)
class Setup:
    """What the files of one Postfix say. `main` is None where there are tables alone. `services` are the options of
    the services in master.cf."""

    main: MainCf | None
    tables: dict[TableKind, Table]
    files: list[str]
    services: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: list[tuple[str, int]] = field(default_factory=list)
    unresolved: list[tuple[TableKind, str]] = field(default_factory=list)


def setup_of(main: MainCf | None, tables: Iterable[TableFile], masters: Sequence[tuple[str, list[str]]]) -> Setup:
    """Returns what the main.cf and the tables that belong to it say. A table that main.cf does not name is told by
    what is in it."""
    setup = Setup(
        main=main,
        tables={kind: Table() for kind in TableKind},
        files=[main.path] if main else [],
    )
    if main:
        setup.broken += [(main.path, line) for line in main.broken]
    every = list(tables)
    named: set[str] = set()
    for kind in TableKind:
        named |= _add_named(setup, kind, every)
    for table in every:
        setup.files.append(table.path)
        setup.broken += [(table.path, line) for line in table.broken]
        kind_in_it = kind_of(table)
        if table.path not in named and kind_in_it:
            setup.tables[kind_in_it].entries += table.entries
    for path, lines in masters:
        setup.files.append(path)
        setup.services |= _services_in(lines)
    return setup


def kind_of(table: TableFile) -> TableKind | None:
    """Returns what most entries of a table say it is for; None where they are of no table that is read."""
    kinds = [_kind_of_entry(entry) for entry in table.entries]
    best = max(TableKind, key=kinds.count)
    return best if kinds.count(best) * 2 > len(kinds) else None


def _kind_of_entry(entry: Entry) -> TableKind | None:
    first = entry.value.split()[0]
    sender, hop = "@" in entry.key, next_hop(first)
    key_hop = None if sender else next_hop(entry.key)
    if first.lower() in LEVELS and key_hop:
        return TableKind.POLICIES
    if sender and ((hop and (hop.is_domain is False or hop.port or "." in hop.host)) or first.upper() == "DUNNO"):
        return TableKind.SENDER_TRANSPORTS if hop and hop.transport else TableKind.SENDERS
    looks_like_server = key_hop and (entry.key.startswith("[") or "." in key_hop.host or key_hop.port)
    user, colon, _ = entry.value.partition(":")
    if colon and not any(sign.isspace() for sign in user) and (sender or looks_like_server):
        return TableKind.PASSWORDS
    return None


def _add_named(setup: Setup, kind: TableKind, tables: list[TableFile]) -> set[str]:
    """Adds what the main.cf says of one table, and returns the paths of the files that it names for it."""
    main = setup.main
    if main is None:
        return set()
    try:
        value = main.value(kind) or ""
    except Unresolved as error:
        setup.unresolved.append((kind, error.name))
        return set()
    used: set[str] = set()
    for reference in references_in(value):
        inline = inline_entries(reference, main.path, main.line_of(kind))
        files = [table for table in tables if same_file(reference, table.path)]
        if inline is not None:
            setup.tables[kind].entries += inline
        elif files:
            setup.tables[kind].entries += [entry for table in files for entry in table.entries]
            used |= {table.path for table in files}
        else:
            setup.tables[kind].absent.append(reference)
    return used


def _services_in(lines: list[str]) -> dict[str, dict[str, str]]:
    """Returns the options (-o name=value) of each service in a master.cf."""
    services: dict[str, dict[str, str]] = {}
    for _, line in logical_lines(lines):
        words = line.split()
        pairs = [
            words[at + 1].partition("=") for at, word in enumerate(words[:-1]) if word == "-o" and "=" in words[at + 1]
        ]
        services[words[0].lower()] = {name: value for name, _, value in pairs}
    return services
