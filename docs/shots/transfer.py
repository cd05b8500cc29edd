"""Pictures of moving in and out: import from files of several programs, export, back up and restore."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QLabel, QTableView

from shots.studio import Studio
from smtp_desktop.domain.backups import Backup, BackupReason, DatabaseState
from smtp_desktop.ui.backup.restore_dialog import RestoreDialog

_FILES = {
    "docker-compose.yml": """\
services:
  shop:
    image: northwind/shop
    environment:
      SMTP_HOST: smtp.sendgrid.net
      SMTP_PORT: 587
      SMTP_USER: apikey
      SMTP_PASS: not-a-real-key
  alerts:
    image: northwind/alerts
    environment:
      SMTP_HOST: smtp.northwind.example
      SMTP_PORT: 587
      SMTP_USER: alerts@northwind.example
      SMTP_PASS: ${SMTP_PASS}
""",
    "main.cf": """\
relayhost = [smtp.northwind.example]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
smtp_tls_security_level = encrypt
""",
    "sasl_passwd": """\
[smtp.northwind.example]:587 relay-svc@northwind.example:not-a-real-password
[mail.contoso.example]:587 orders@contoso.example:not-a-real-password
""",
    "grafana.ini": """\
[smtp]
enabled = true
host = smtp.northwind.example:465
user = grafana@northwind.example
password = ********
from_address = grafana@northwind.example
""",
}


def shoot_transfer(studio: Studio, folder: Path) -> None:
    """Takes the Import dialog with what is found in several files, and the Export dialog; `folder` is empty."""
    folder.mkdir()
    for name, text in _FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    transfer = studio.window.sections.transfer
    transfer.open_import([str(folder / name) for name in _FILES])
    dialog = studio.dialog("importDialog")
    studio.wait(studio.find(dialog, QTableView, "found").isVisible)
    studio.shoot("import", dialog)
    dialog.reject()
    transfer.open_export()
    dialog = studio.dialog("setupExportDialog")
    studio.shoot("export", dialog)
    dialog.reject()
    _shoot_backups(studio)


def _shoot_backups(studio: Studio) -> None:
    backups = studio.window.sections.backups
    backups.open_back_up()
    dialog = studio.dialog("backUpDialog")
    studio.shoot("back-up", dialog)
    dialog.reject()
    backups.open_restore()
    dialog = studio.dialog("restoreDialog")
    assert isinstance(dialog, RestoreDialog)
    effect = studio.find(dialog, QLabel, "restoreEffect")
    studio.wait(lambda: bool(effect.text()))  # what is there has been read
    dialog.show_backups(tuple(_backup(days, reason) for days, reason in enumerate(_REASONS)), DatabaseState.SOUND)
    studio.shoot("restore", dialog)
    dialog.reject()


_REASONS = (BackupReason.DAILY, BackupReason.IMPORT, BackupReason.DAILY, BackupReason.PASSWORD, BackupReason.UPGRADE)


def _backup(days: int, reason: BackupReason) -> Backup:
    at = datetime.now(UTC) - timedelta(days=days, hours=2)
    return Backup(name=f"{at:%Y%m%d}", made_at=at, reason=reason, smtps=9, activities=4, size_bytes=120_000)
