"""smtp-desktop backup"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.passphrase import new_passphrase, passphrase_options
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import counted
from smtp_desktop.cli.output.progress import Progress

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.backup import WrittenBackup
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.services.services import Services


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@passphrase_options
@click.pass_obj
def backup(session: Session, /, path: Path, **options: Any) -> None:
    """Write everything to FILE: SMTPs, activities, settings, messages and all secrets, sealed with a passphrase.

    Only sign-ins by browser or code are not in it. `smtp-desktop restore FILE` brings it back, here or on another
    computer. Other processes can go on during that. An existing FILE is replaced.

    \b
    Examples:
      smtp-desktop backup /mnt/nas/smtp.backup
      smtp-desktop backup --passphrase-file /root/passphrase /mnt/nas/smtp.backup
    """
    with session.open() as services:
        passphrase = new_passphrase(options, services.exporter.proposed_passphrase)
        services.whole_backups.refuse_weak(passphrase)
        document = with_open_vault(services, lambda: _written(services, path, passphrase))
    for name in document["without_secret"]:
        session.output.diagnostic(f"Warning: A secret of {name} is not in the vault, so the backup is without it.")
    session.output.result(
        document,
        f"Backed up {counted(document['smtps'], 'SMTP')}, {counted(document['activities'], 'activity')} and "
        f"{counted(document['messages'], 'message')} to {path}.",
    )


def _written(services: Services, path: Path, passphrase: Secret) -> WrittenBackup:
    progress, done = Progress(), [0.0]

    def show() -> None:
        progress.show(f"{done[0]:.0%}")

    try:
        written = interruptible(
            lambda cancel: services.whole_backups.write(
                path, passphrase, cancel=cancel, on_progress=lambda now: done.__setitem__(0, now)
            ),
            meanwhile=show,
        )
    finally:
        progress.clear()
    return {
        "file": str(path),
        "smtps": written.smtps,
        "activities": written.activities,
        "messages": written.messages,
        "size_bytes": written.size_bytes,
        "without_secret": list(written.without_secret),
    }
