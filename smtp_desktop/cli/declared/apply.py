"""smtp-desktop apply"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.declared.difference_output import applied_document
from smtp_desktop.cli.declared.secret_references import wanted_of
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.secrets import can_ask, with_open_vault
from smtp_desktop.cli.output.sign_in_hints import sign_in_hint
from smtp_desktop.cli.smtp.stored import open_vault_to_erase
from smtp_desktop.cli.streams import read_standard_input
from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.declared.difference import Action, Difference, difference_text
from smtp_desktop.domain.declared.document import Declared
from smtp_desktop.domain.declared.errors import DocumentErrors, refused
from smtp_desktop.domain.declared.node import LONGEST_TEXT, TextFormat, format_of
from smtp_desktop.domain.declared.reader import declared_in
from smtp_desktop.domain.errors import NoInput, SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.declared.planner import Plan
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import other

_ORDER = (Action.CREATED, Action.UPDATED, Action.DELETED, Action.UNCHANGED)


@click.command()
@click.argument("path", metavar="FILE")
@click.option(
    "--format",
    "named",
    type=click.Choice([one.value for one in TextFormat]),
    help="Format of FILE. Without it: by the file's ending or content.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing and run no command.")
@click.option("--prune", is_flag=True, help="Delete SMTPs and activities that FILE does not name.")
@click.option("--yes", is_flag=True, help="With --prune: delete without asking.")
@click.pass_obj
def apply(session: Session, path: str, named: str | None, *, dry_run: bool, prune: bool, yes: bool) -> None:
    """Make SMTPs, activities and settings match FILE (YAML or JSON; - for standard input).

    The whole of FILE is checked before anything is changed. Each entry describes its object completely: a field that
    is left out is set to its default; only a secret that is left out stays as it is. Objects that FILE does not name
    stay, except with --prune. `smtp-desktop export` writes such a file.

    \b
    FILE never contains a secret, only where it comes from:
      password: {env: VARIABLE}
      password: {file: /run/secrets/reports}
      password: {command: [pass, show, mail/reports]}

    \b
    Examples:
      smtp-desktop apply smtps.yaml --dry-run
      smtp-desktop apply smtps.yaml --prune --yes --json

    \b
    Exit codes:
      0   everything matches FILE, whether or not anything had to be changed
      65  FILE was refused; nothing was changed
      66  FILE can't be read
      75  others kept changing the same objects; try again
    """
    try:
        content = _content(path)
        with session.open() as services:
            declared = _declared(services, path, content, named)
            _apply(session, services, declared, dry_run=dry_run, prune=prune, yes=yes)
    except DocumentErrors as error:
        session.output.field_labels = error.labels("standard input" if path == "-" else path)
        raise


def _declared(services: Services, path: str, content: bytes, named: str | None) -> Declared:
    if services.exporter.is_sealed(content):
        raise refused(msg("It is sealed with a passphrase. Import it: smtp-desktop smtp import FILE"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(msg("It is not UTF-8 text.")) from error
    return declared_in(text, TextFormat(named) if named else format_of(path, text))


def _content(path: str) -> bytes:
    if path == "-":
        return read_standard_input()
    try:
        with Path(path).open("rb") as file:
            return file.read(4 * LONGEST_TEXT + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoInput(msg("{path} can't be read: {reason}.", path=path, reason=reason)) from error


def _apply(session: Session, services: Services, declared: Declared, *, dry_run: bool, prune: bool, yes: bool) -> None:
    wanted = wanted_of(declared, services.certificates.parse, prune=prune, dry_run=dry_run)
    plan = with_open_vault(services, lambda: services.applier.plan(wanted))
    if dry_run:
        _print(session, plan.differences, dry_run=True)
        return
    _confirm(plan, yes=yes)
    if any(one.changed for one in plan.differences):
        services.backups.before(BackupReason.APPLY)
    steps = services.applier.steps(wanted, plan, lambda profile: open_vault_to_erase(session, services, profile))
    done: list[Difference] = []
    try:
        done.extend(with_open_vault(services, step) for step in steps)
    except SmtpDesktopError:
        changed = [difference_text(one) for one in done if one.changed]
        session.output.diagnostic(*changed, f"Stopped after {len(done)} of {len(steps)} objects.")
        raise
    _print(session, done, dry_run=False)
    named = {one.draft.name.strip().lower() for one in declared.smtps or ()}
    described = [one for one in services.profiles.all() if one.name.lower() in named]
    session.output.notice(*(line for one in described for line in sign_in_hint(one)))


def _confirm(plan: Plan, *, yes: bool) -> None:
    names = [*(f"SMTP {one.name}" for one in plan.profiles), *(f"activity {one.name}" for one in plan.activities)]
    if not names or yes:
        return
    if not can_ask():
        raise click.UsageError(f"--prune would delete {', '.join(names)}. Use --yes to confirm.")
    confirm(f"Delete {', '.join(names)}? A backup is made first.", nothing=msg("Nothing was changed."))


def _print(session: Session, differences: Sequence[Difference], *, dry_run: bool) -> None:
    document: other.AppliedFile = {
        "changed": any(one.changed for one in differences),
        "dry_run": dry_run,
        "results": [applied_document(one) for one in differences],
    }
    lines = [f"{one.kind} {difference_text(one)}" for one in differences if one.changed or one.unknown]
    session.output.result(document, *lines, _summary(differences, dry_run=dry_run))


def _summary(differences: Sequence[Difference], *, dry_run: bool) -> str:
    counts = Counter(one.action for one in differences)
    words = ", ".join(f"{counts[action]:,} {action}" for action in _ORDER if counts[action])
    return f"{'Dry run, nothing was changed: ' if dry_run else ''}{words or 'nothing declared'}."
