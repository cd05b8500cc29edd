"""smtp-desktop smtp history"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.numbers import whole_number
from smtp_desktop.cli.output.conversation import STAGE_NAMES
from smtp_desktop.cli.output.output import table
from smtp_desktop.cli.output.times import local_zone, utc_text
from smtp_desktop.domain.checks.health import CheckResult, TestOutcome, outcome_of

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.smtp import HistoryEntry

_LIMIT = 20
_KEPT = 200


@click.command()
@click.argument("name", shell_complete=smtp_names)
@click.option("--limit", metavar="N", type=whole_number(1, _KEPT), help=f"List at most N (default: {_LIMIT}).")
@click.option("--count", "former_limit", type=whole_number(1, _KEPT), hidden=True)
@click.pass_obj
def history(session: Session, name: str, limit: int | None, former_limit: int | None) -> None:
    """List the latest tests and checks of an SMTP, newest first. The last 200 are kept.

    \b
    Examples:
      smtp-desktop smtp history Reports --limit 5
    """
    count = limit or former_limit or _LIMIT
    with session.open() as services:
        profile = services.profiles.by_name(name)
        results = services.tester.history_of(profile.id, count)[::-1]
    lines = table([_row(result) for result in results]) or [f"{profile.name} has not been tested or checked yet."]
    session.output.answer([_document(result) for result in results], *lines)


def _row(result: CheckResult) -> dict[str, str]:
    return {
        f"AT ({local_zone()})": f"{result.at.astimezone():%Y-%m-%d %H:%M:%S}",
        "WHAT": result.test_kind.value,
        "OUTCOME": _outcome_text(result),
        "MS": f"{result.duration_ms:,.0f}",
        "SERVER SAID": result.reply,
    }


def _outcome_text(result: CheckResult) -> str:
    match outcome_of(result):
        case TestOutcome.WORKS:
            return "works"
        case TestOutcome.WORKS_BUT:
            return f"works, but: {', '.join(result.warnings)}"
        case TestOutcome.UNKNOWN:
            return "unknown"
        case _:
            return f"failed at {STAGE_NAMES[result.stage]}" if result.stage else "failed"


def _document(result: CheckResult) -> HistoryEntry:
    return {
        "at": utc_text(result.at),
        "trial": result.test_kind,
        "outcome": outcome_of(result),
        "ok": result.ok,
        "duration_ms": round(result.duration_ms, 1),
        "stage": result.stage,
        "kind": result.kind,
        "cause": result.cause,
        "last_reply": result.reply or None,
        "concerns": list(result.warnings),
    }
