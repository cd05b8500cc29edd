"""smtp-desktop smtp find-settings"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.exit_codes import ExitCode, code_of_cause
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.options.timeout import limit, timeout_option
from smtp_desktop.cli.output.conversation import STAGE_NAMES, failure_document, reply_document, reply_lines
from smtp_desktop.cli.output.output import Output, table
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.candidates import Candidate, may_be_found
from smtp_desktop.domain.checks.suggestion import (
    SUGGESTED,
    Change,
    Confidence,
    Probe,
    SearchResult,
    Suggestion,
    applied,
    confidence_text,
    probe_text,
)
from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import EnvelopeSender, GenericServer, SmtpProfile
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import common
    from smtp_desktop.cli.contract import smtp as contract

# The options of `smtp edit`.
_OPTIONS = {
    "from_address": "--from",
    "host_name": "--host",
    "smtp_port": "--port",
    "envelope_sender": "--envelope-sender",
}
_NOTHING = SearchResult(probes=(), suggestions=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """A search for settings. `failure` and its `cause` are those of the present ones, None if they work."""

    profile: SmtpProfile
    failure: Failure | None
    cause: Cause | None = None
    found: SearchResult = _NOTHING

    @property
    def best(self) -> Suggestion | None:
        return self.found.suggestions[0] if self.found.suggestions else None


@click.command(
    "find-settings",
    epilog=examples("smtp find-settings Reports", "smtp find-settings Reports --apply --json"),
)
@click.argument("name", shell_complete=smtp_names)
@click.option("--apply", "save", is_flag=True, help="Save what was found, unless it needs the password again.")
@timeout_option
@click.pass_obj
def find_settings(session: Session, name: str, timeout_s: float | None, *, save: bool) -> int:
    """Find a host, port, TLS mode and sender that work when those of an SMTP don't.

    Sends nothing, and never sends the password to any host other than the one you entered it for.
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        server = profile.server
        if not isinstance(server, GenericServer):
            raise click.UsageError(f"{profile.name} is a Microsoft 365 mailbox: it has no host and port to find.")
        limit(services, timeout_s)
        search = with_open_vault(
            services, lambda: interruptible(lambda cancel: _search(services, profile, server, session.output, cancel))
        )
        saved = _save(services, search) if save else False
    _print(session.output, search, saved=saved)
    if session.output.as_json:
        session.output.result(_document(search, saved=saved))
    return _code(search, save=save, saved=saved)


def _search(services: Services, profile: SmtpProfile, server: GenericServer, output: Output, cancel: Cancel) -> _Search:
    failure = services.finder.probe(profile, server, cancel=cancel).failure
    draft = draft_of(profile)
    cause = services.adviser.diagnose(failure, profile).cause if failure else None
    if failure is None or cause is None or not may_be_found(draft, failure, cause):
        return _Search(profile=profile, failure=failure, cause=cause)

    def on_probe(probe: Probe) -> None:
        if probe.timeline:
            mark = "ok" if probe.works else "FAILED"
            output.live(f"{mark:<7}  {_heading(probe)}: {probe_text(probe)}")

    found = services.finder.find(
        draft, profile_id=profile.id, failure=failure, cause=cause, cancel=cancel, on_probe=on_probe
    )
    return _Search(profile=profile, failure=failure, cause=cause, found=found)


def _save(services: Services, search: _Search) -> bool:
    best = search.best
    if best is None or not _can_be_saved(best):
        return False
    # All that was found goes together: none of it may be another one by now.
    edit = edit_of(search.profile, applied(best, draft_of(search.profile)), named=SUGGESTED)
    services.profiles.save(search.profile.id, edit)
    return True


def _can_be_saved(suggestion: Suggestion) -> bool:
    return not suggestion.needs_password and suggestion.confidence is not Confidence.SIGN_IN_REFUSED


def _code(search: _Search, *, save: bool, saved: bool) -> int:
    if search.cause is None:
        return ExitCode.OK
    if search.best is None:
        return code_of_cause(search.cause)
    return ExitCode.CONFIGURATION if save and not saved else ExitCode.OK


def _print(output: Output, search: _Search, *, saved: bool) -> None:
    name, failure, best = search.profile.name, search.failure, search.best
    if failure is None:
        output.live(f"{name}: the current settings work. Nothing was sent.")
    elif best is None:
        output.diagnostic(*_nothing_lines(search, failure))
    else:
        for line in (*_difference_lines(best), *_other_lines(search.found.suggestions[1:])):
            output.live(line)
        if saved:
            output.live(f"Saved {name}.")
        else:
            output.live(f"To use it: {_command(name, best)}")


def _nothing_lines(search: _Search, failure: Failure) -> list[str]:
    draft = draft_of(search.profile)
    result = "No other settings work either." if search.found.probes else "Other settings would not help."
    first = f"{search.profile.name}: failed at {STAGE_NAMES[failure.stage]}. {failure.message}"
    return [first, *reply_lines(failure, draft.host_name), result]


def _difference_lines(suggestion: Suggestion) -> list[str]:
    rows = [
        {"FIELD": change.field, "NOW": _value(change.before), "SUGGESTED": _value(change.after)}
        for change in suggestion.changes
    ]
    notes = suggestion.candidate.notes
    return ["", *table(rows), "", str(confidence_text(suggestion)), *(str(note) for note in notes)]


def _other_lines(others: Sequence[Suggestion]) -> list[str]:
    return [f"Also {_address(other.candidate)}: {confidence_text(other)}" for other in others]


def _command(name: str, suggestion: Suggestion) -> str:
    parts = ["smtp-desktop", "smtp", "edit", name]
    for change in suggestion.changes:
        if change.field == "tls":
            parts.append("--tls")
        else:
            parts += [_OPTIONS[change.field], _value(change.after)]
    if not _can_be_saved(suggestion):
        parts.append("--password-stdin")
    return shlex.join(parts)


def _value(value: str | bool | EnvelopeSender) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.strip()


def _address(candidate: Candidate) -> str:
    host = candidate.draft.host_name.strip()
    return f"[{host}]:{candidate.draft.smtp_port}" if ":" in host else f"{host}:{candidate.draft.smtp_port}"


def _heading(probe: Probe) -> str:
    return f"sign in at {_address(probe.candidate)}" if probe.with_password else _address(probe.candidate)


def _document(search: _Search, *, saved: bool) -> contract.FoundSettings:
    failure = search.failure
    return {
        "name": search.profile.name,
        "ok": failure is None,
        **failure_document(failure),
        "reply": reply_document(failure.reply if failure else None),
        "tried": [_probe_document(probe) for probe in search.found.probes],
        "suggestions": [_suggestion_document(suggestion) for suggestion in search.found.suggestions],
        "saved": saved,
    }


def _probe_document(probe: Probe) -> contract.Probe:
    return {
        "host_name": probe.candidate.draft.host_name,
        "smtp_port": int(probe.candidate.draft.smtp_port),
        "signed_in": probe.with_password,
        "ok": probe.works,
        **failure_document(probe.failure),
    }


def _suggestion_document(suggestion: Suggestion) -> contract.Suggestion:
    return {
        "changes": {change.field: _change_document(change) for change in suggestion.changes},
        "sureness": suggestion.confidence,
        "needs_password": suggestion.needs_password,
        "meaning": str(confidence_text(suggestion)),
        "notes": [str(note) for note in suggestion.candidate.notes],
    }


def _change_document(change: Change) -> common.Change:
    if change.field == "smtp_port":
        return {"before": int(change.before), "after": int(change.after)}
    return {"before": change.before, "after": change.after}
