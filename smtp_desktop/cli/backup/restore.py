"""smtp-desktop restore"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from smtp_desktop.cli.context import HomeAccess, Session
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.passphrase import asked_passphrase, has_passphrase, passphrase_options
from smtp_desktop.cli.options.secrets import can_ask, with_open_vault
from smtp_desktop.cli.output.output import counted, table
from smtp_desktop.cli.output.progress import Progress
from smtp_desktop.cli.output.times import local_text, utc_text
from smtp_desktop.domain.backups import Backup, DatabaseState, Restored
from smtp_desktop.domain.message_text import msg

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.backup import DeletedBackups, ListedBackup, RestoredBackup
    from smtp_desktop.domain.secret import Secret


@click.command()
@click.argument("source", metavar="[FILE|NAME]", required=False)
@click.option("--list", "listed", is_flag=True, help="Show the backups in the data folder.")
@click.option("--everything", is_flag=True, help="Restore messages, too, in place of a database that looks sound.")
@click.option("--delete-all", is_flag=True, help="Delete the backups that the program made, and their secrets.")
@click.option("--yes", is_flag=True, help="Restore or delete without asking.")
@passphrase_options
@click.pass_obj
def restore(
    session: Session,
    /,
    source: str | None,
    *,
    listed: bool,
    everything: bool,
    delete_all: bool,
    yes: bool,
    **options: Any,
) -> None:
    """Restore a backup: FILE that `backup` wrote, or one by its NAME in the data folder.

    SMTPs, activities and settings become those of the backup, all at once, and messages stay as they are; a backup of
    the present ones is made first. Where the database is damaged, missing or empty, everything comes back. What is
    damaged is kept, and messages that had been waiting become `unknown`: they may have been sent since.

    The program makes backups automatically: before an import, a change or deletion of several, `apply`, and a restore,
    and daily while the window is open. It keeps the last 20, the daily ones for a week, and none longer than 90 days.
    Secrets that a backup names stay in the keyring until then, or until --delete-all.

    \b
    Examples:
      smtp-desktop restore --list
      smtp-desktop restore 20261130-221700-import
      smtp-desktop restore /mnt/nas/smtp.backup --passphrase-file /root/passphrase --yes
    """
    if listed or delete_all:
        if source or has_passphrase(options) or everything or (listed and (yes or delete_all)):
            raise click.UsageError("--list and --delete-all restore nothing. Use one of them alone.")
        if listed:
            _list(session)
        else:
            _delete_all(session, yes=yes)
        return
    if not source:
        raise click.UsageError("Name a backup or a file. --list shows the backups in the data folder.")
    with session.open_home() as home:
        sealed = home.restore.needs_passphrase(source)
        if has_passphrase(options) and not sealed:
            raise click.UsageError(f"{source} is not sealed, so a passphrase has no effect. Leave it out.")
        if home.restore.state() is DatabaseState.SOUND:
            _confirm(source, everything=everything, yes=yes)
        passphrase = asked_passphrase(options) if sealed else None
        restored = with_open_vault(home, lambda: _restored(home, source, passphrase, everything=everything))
    session.output.notice(*_hints(restored))
    session.output.result(_document(source, restored), *_lines(source, restored))


def _list(session: Session) -> None:
    with session.open_home() as home:
        backups = home.restore.all()
    if not backups:
        session.output.empty_list("There are no backups in the data folder.")
    session.output.answer([_listed(one) for one in backups], *table([_row(one) for one in backups]))


def _delete_all(session: Session, *, yes: bool) -> None:
    if not yes:
        if not can_ask():
            raise click.UsageError("Deleting backups can't be undone. Use --yes to confirm.")
        confirm("Delete all backups that the program made? This can't be undone.", nothing=msg("Nothing was deleted."))
    with session.open() as services:
        names = [one.name for one in services.backups.all() if one.is_dropped_in_time]
        with_open_vault(services, services.backups.drop_all)
    document: DeletedBackups = {"deleted": names}
    session.output.result(document, f"Deleted {counted(len(names), 'backup')}.")


def _listed(backup: Backup) -> ListedBackup:
    return {
        "name": backup.name,
        "made_at": utc_text(backup.made_at),
        "reason": backup.reason,
        "smtps": backup.smtps,
        "activities": backup.activities,
        "size_bytes": backup.size_bytes,
        "problem": str(backup.problem) if backup.problem else None,
    }


def _row(backup: Backup) -> dict[str, str]:
    return {
        "NAME": backup.name,
        "MADE": local_text(backup.made_at),
        "WHY": str(backup.problem or backup.words),
        "SMTPS": f"{backup.smtps:,}",
        "ACTIVITIES": f"{backup.activities:,}",
    }


def _confirm(source: str, *, everything: bool, yes: bool) -> None:
    if yes:
        return
    if not can_ask():
        raise click.UsageError("A restore replaces SMTPs, activities and settings. Use --yes to confirm.")
    effect = (
        f"Everything in {source} takes the place of what there is, which is kept. Quit the program first."
        if everything
        else f"SMTPs, activities and settings become those of {source}; a backup of the present ones is made first."
    )
    confirm(
        f"{effect} Restore it?",
        nothing=msg("Nothing was changed."),
    )


def _restored(home: HomeAccess, source: str, passphrase: Secret | None, *, everything: bool) -> Restored:
    progress, done = Progress(), [0.0]

    def show() -> None:
        progress.show(f"{done[0]:.0%}")

    try:
        return interruptible(
            lambda cancel: home.restore.run(
                source,
                passphrase,
                everything=everything,
                cancel=cancel,
                on_progress=lambda now: done.__setitem__(0, now),
            ),
            meanwhile=show,
        )
    finally:
        progress.clear()


def _hints(restored: Restored) -> Sequence[str]:
    hints = [
        f"A secret of {name} is no longer there. Enter it again: smtp-desktop smtp edit {name}"
        for name in restored.needs_secret
    ]
    hints += [f"Sign in for {name}: smtp-desktop smtp sign-in {name}" for name in restored.needs_sign_in]
    if restored.messages:
        hints.append(
            f"{counted(restored.messages, 'message')} had been waiting and may have been sent since. See them: "
            "smtp-desktop outbox list --state unknown"
        )
    if restored.damaged:
        hints.append(f"The damaged database is kept: {restored.damaged}")
    if restored.backup:
        hints.append(f"To take it back: smtp-desktop restore {restored.backup}")
    return hints


def _lines(source: str, restored: Restored) -> Sequence[str]:
    counts = f"{counted(restored.smtps, 'SMTP')}, {counted(restored.activities, 'activity')}"
    what = "everything" if restored.whole else "SMTPs, activities and settings"
    return [f"Restored {what} from {source}: {counts}."]


def _document(source: str, restored: Restored) -> RestoredBackup:
    return {
        "restored": source,
        "whole": restored.whole,
        "smtps": restored.smtps,
        "activities": restored.activities,
        "messages": restored.messages,
        "needs_secret": list(restored.needs_secret),
        "needs_sign_in": list(restored.needs_sign_in),
        "damaged": restored.damaged or None,
        "backup": restored.backup or None,
    }
