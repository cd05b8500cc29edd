"""smtp-desktop smtp history"""

from datetime import UTC

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.output.conversation import STAGE_NAMES
from smtp_desktop.cli.output.output import shortened, table
from smtp_desktop.domain.checks.health import CheckResult, TestOutcome, outcome_of

_COUNT = 20
_KEPT = 200
_REPLY_WIDTH = 80


@click.command()
@click.argument("name")
@click.option("--count", type=click.IntRange(1, _KEPT), default=_COUNT, help=f"How many to list ({_COUNT}).")
@json_option
@click.pass_obj
def history(session: Session, name: str, count: int) -> None:
    """Lists the latest tests and checks of an SMTP, the newest first; the last 200 are kept."""
    with session.open() as services:
        profile = services.profiles.by_name(name)
        results = services.tester.history_of(profile.id, count)[::-1]
    lines = table([_row(result) for result in results]) or [f"{profile.name} was never tested or checked."]
    session.output.answer([_document(result) for result in results], *lines)


def _row(result: CheckResult) -> dict[str, str]:
    return {
        "AT": result.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        "WHAT": result.test_kind.value,
        "OUTCOME": _outcome_text(result),
        "MS": f"{result.duration_ms:,.0f}",
        "SERVER SAID": shortened(result.reply, _REPLY_WIDTH),
    }


def _outcome_text(result: CheckResult) -> str:
    match outcome_of(result):
        case TestOutcome.WORKS:
            return "works"
        case TestOutcome.WORKS_BUT:
            return f"works, but: {', '.join(result.warnings)}"
        case TestOutcome.UNKNOWN:
            return "not known"
        case _:
            return f"failed at {STAGE_NAMES[result.stage]}" if result.stage else "failed"


def _document(result: CheckResult) -> dict[str, object]:
    return {
        "at": result.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "trial": result.test_kind.value,
        "outcome": outcome_of(result).value,
        "ok": result.ok,
        "duration_ms": round(result.duration_ms, 1),
        "stage": result.stage.value if result.stage else None,
        "kind": result.kind.value if result.kind else None,
        "cause": result.cause.value if result.cause else None,
        "reply": result.reply,
        "concerns": [kind.value for kind in result.warnings],
    }
