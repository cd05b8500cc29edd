"""The dialogs of backups in the states in which the tests look at them."""

from datetime import UTC, datetime
from typing import Any

from fakes.backups import backup
from PySide6.QtWidgets import QWidget
from ui.dialog_makers import typed

from smtp_desktop.domain.backups import BackupReason, DatabaseState
from smtp_desktop.ui.backup.back_up_dialog import BackUpDialog
from smtp_desktop.ui.backup.restore_dialog import RestoreDialog
from smtp_desktop.ui.widgets.dialog import Dialog

PASSPHRASE = "correct horse battery staple"
BACK_UP: dict[str, Any] = {"propose": lambda: PASSPHRASE}
AT = datetime(2026, 11, 30, 22, 17, tzinfo=UTC)
BACKUPS = tuple(backup(reason, AT) for reason in (BackupReason.DAILY, BackupReason.PASSWORD, None))


def asked_passphrase(parent: QWidget) -> Dialog:
    dialog = BackUpDialog(parent, **BACK_UP)
    return typed(dialog, passphraseField=PASSPHRASE, repeatPassphraseField=PASSPHRASE)


def listed(parent: QWidget) -> Dialog:
    dialog = RestoreDialog(parent)
    dialog.show_backups(BACKUPS, DatabaseState.DAMAGED)
    return dialog


def chosen_file(parent: QWidget) -> Dialog:
    dialog = RestoreDialog(parent)
    dialog.show_backups((), DatabaseState.SOUND)
    dialog.show_file("/mnt/nas/smtp-desktop-2026-11-30.backup", sealed=True)
    return typed(dialog, passphraseField=PASSPHRASE)
