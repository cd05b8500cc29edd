"""Rows of an import in text and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smtp_desktop.cli.output.output import counted, table
from smtp_desktop.cli.smtp.check_results import run_document
from smtp_desktop.cli.smtp.check_runs import CheckRun
from smtp_desktop.cli.smtp.profile_output import profile_document, server_text
from smtp_desktop.domain.imports.found import FORMAT_NAMES
from smtp_desktop.domain.imports.preview import ImportAction, ImportKind, ImportRow, ImportState
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, with_refs
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.smtp_status import SmtpStatus

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.imports import ImportedEntry
    from smtp_desktop.cli.contract.smtp import Smtp

_NONE = "-"
_STATES = {
    ImportState.NEW: "new",
    ImportState.EXISTS: "exists",
    ImportState.NEEDS_PASSWORD: "needs a password",
    ImportState.UNREADABLE: "can't be read",
    ImportState.CHANGED: "changed",
    ImportState.SAME: "same",
    ImportState.CONFLICTING: "conflicting",
}
_DONE = {
    ImportAction.IMPORT: "imported",
    ImportAction.UPDATE: "updated",
    ImportAction.KEEP_BOTH: "imported beside",
    ImportAction.SKIP: "skipped",
}
_TO_DO = {
    ImportAction.IMPORT: "import",
    ImportAction.UPDATE: "update",
    ImportAction.KEEP_BOTH: "keep both",
    ImportAction.SKIP: "skip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row with what was done, or in a dry run would be. `smtp` is the SMTP as it is stored now, None where it is
    not; `run` its check."""

    row: ImportRow
    action: ImportAction
    name: str
    smtp: Smtp | None = None
    run: CheckRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All rows. `ignored` is the number of files in folders that hold nothing to import."""

    entries: Sequence[Entry]
    ignored: int = 0
    dry_run: bool = False


def entry_document(entry: Entry) -> ImportedEntry:
    """Returns a row for `--json`."""
    row = entry.row
    return {
        "kind": row.kind,
        "format": row.format,
        "file": row.file,
        "line": row.line,
        "state": row.state,
        "reason": str(row.reason) if row.reason else None,
        "notes": [str(note) for note in row.notes],
        "differing": list(row.differing),
        "action": entry.action,
        "name": entry.name or None,
        "smtp": entry.smtp or _found_document(entry),
        "check": run_document(entry.run) if entry.run else None,
    }


def _found_document(entry: Entry) -> Smtp | None:
    """Returns the SMTP as the file has it."""
    profile = found_profile(entry.row)
    return profile_document(SmtpStatus(profile=replace(profile, name=entry.name))) if profile else None


def found_profile(row: ImportRow) -> SmtpProfile | None:
    """Returns the SMTP that the row describes; None where it describes none."""
    if row.draft is None:
        return None
    profile = profile_from_draft(row.draft, profile_id=ProfileId(""), stored=None, complete=False)
    refs = {secret: SecretRef("in the file") for secret in row.draft.typed_secrets}
    return replace(profile, name=row.name, server=with_refs(profile.server, refs))


def listing_lines(listing: Listing) -> list[str]:
    """Returns a line for each row, and a summary."""
    rows = table([_row(one, dry_run=listing.dry_run) for one in listing.entries])
    return [*rows, *([""] if rows else []), summary(listing)]


def summary(listing: Listing) -> str:
    """Returns how many of what there are, in a sentence."""
    counts = Counter(one.action for one in listing.entries if one.row.actions)
    words = _TO_DO if listing.dry_run else _DONE
    parts = [f"{counts[action]:,} {words[action]}" for action in words if counts[action]]
    unread = sum(one.row.state is ImportState.UNREADABLE for one in listing.entries)
    if unread:
        parts.append(f"{unread:,} can't be read")
    missing = len(_without_password(listing.entries))
    if missing:
        parts.append(f"{missing:,} {'needs' if missing == 1 else 'need'} a password")
    if listing.ignored:
        holds = "holds" if listing.ignored == 1 else "hold"
        parts.append(f"{counted(listing.ignored, 'other file')} {holds} no mail settings")
    begin = "Dry run, nothing was changed: " if listing.dry_run else ""
    text = ", ".join(parts) or "nothing to import"
    return f"{begin}{text}." if begin else f"{text[0].upper()}{text[1:]}."


def _without_password(entries: Sequence[Entry]) -> set[int]:
    """Returns the numbers of the rows that are imported without a password, which no later row adds."""
    lacking: set[int] = set()
    for one in entries:
        if one.action is ImportAction.SKIP:
            continue
        if one.row.needs_secret:
            lacking.add(one.row.number)
        elif one.row.same_as is not None and one.row.draft and one.row.draft.typed_secrets:
            lacking.discard(one.row.same_as)
    return lacking


def note_lines(entries: Sequence[Entry]) -> list[str]:
    """Returns what was not taken over, a line each."""
    return [f"{place_of(one.row)}: {note}" for one in entries for note in one.row.notes]


def place_of(row: ImportRow) -> str:
    """Returns the file, with the line where that is known."""
    return f"{row.file}:{row.line}" if row.line else row.file


def _row(entry: Entry, *, dry_run: bool) -> dict[str, str]:
    row = entry.row
    profile = found_profile(row)
    is_smtp = profile is not None
    return {
        "NAME": entry.name or _NONE,
        "SERVER": server_text(profile) if profile else _NONE if row.kind is ImportKind.SMTP else row.kind,
        "USER NAME": (profile.server.user_name or _NONE) if profile and is_smtp else _NONE,
        "FOUND IN": place_of(row),
        "FORMAT": FORMAT_NAMES[row.format] if row.format else _NONE,
        "STATE": _STATES[row.state],
        "TO DO" if dry_run else "DONE": (_TO_DO if dry_run else _DONE)[entry.action] if row.actions else _NONE,
        "REASON": str(row.reason or _NONE),
    }
