"""The outcomes of backups and restores in words."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.backups import Restored, WholeBackup

_NAMED = 8


def backed_up_words(backup: WholeBackup, path: Path) -> str:
    """Returns what was written into the file."""
    parts = [
        _tr("{path} has {smtps}, {activities} and {messages}, sealed with the passphrase.").format(
            path=path,
            smtps=_smtps(backup.smtps),
            activities=_activities(backup.activities),
            messages=_tr("1 message") if backup.messages == 1 else _tr("{n} messages").format(n=f"{backup.messages:,}"),
        )
    ]
    if backup.without_secret:
        parts.append(
            _tr("Not stored here, and so not in it: secrets of {names}.").format(names=_list(backup.without_secret))
        )
    return "\n\n".join(parts)


def restored_words(restored: Restored) -> str:
    """Returns what was restored, and what is left to do."""
    words = (
        _tr("Everything is back: {smtps}, {activities}.")
        if restored.whole
        else _tr("SMTPs, activities and settings are those of the backup: {smtps}, {activities}.")
    )
    parts = [words.format(smtps=_smtps(restored.smtps), activities=_activities(restored.activities))]
    if restored.needs_secret:
        parts.append(_tr("Enter the password or secret again: {names}.").format(names=_list(restored.needs_secret)))
    if restored.needs_sign_in:
        parts.append(_tr("Sign in again: {names}.").format(names=_list(restored.needs_sign_in)))
    if restored.messages:
        parts.append(_waited(restored.messages))
    if restored.damaged:
        parts.append(_tr("The damaged database is kept: {path}").format(path=restored.damaged))
    return "\n\n".join(parts)


def _waited(count: int) -> str:
    if count == 1:
        return _tr("1 message was waiting and may have been sent since. In Deliveries it can be sent again.")
    words = _tr("{n} messages were waiting and may have been sent since. In Deliveries they can be sent again.")
    return words.format(n=f"{count:,}")


def _smtps(count: int) -> str:
    return _tr("1 SMTP") if count == 1 else _tr("{n} SMTPs").format(n=f"{count:,}")


def _activities(count: int) -> str:
    return _tr("1 activity") if count == 1 else _tr("{n} activities").format(n=f"{count:,}")


def _list(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED])
    return _tr("{names} and {n} more").format(names=listed, n=f"{more:,}") if more > 0 else listed


def _tr(source: str) -> str:
    return QCoreApplication.translate("Backups", source)
