"""The end of an export in words."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.declared.other_programs import ProgramExport
from smtp_desktop.services.exports.exporter import Export
from smtp_desktop.ui.widgets.message_text import shown

_MOST_NAMES = 8


def end_words(export: Export, path: Path, *, sealed: bool, without: Sequence[str]) -> str:
    """Returns what was exported, where to, and what is not in it. `without` are the names of SMTPs without a secret
    that they need."""
    count, activities = len(export.profiles), len(export.activities)
    smtps = _tr("1 SMTP") if count == 1 else _tr("{n} SMTPs").format(n=f"{count:,}")
    if export.settings is not None:
        others = _tr("1 activity") if activities == 1 else _tr("{n} activities").format(n=f"{activities:,}")
        smtps = _tr("{smtps}, {activities} and the settings").format(smtps=smtps, activities=others)
    words = (
        _tr("Exported to {path}, sealed: {what}.") if sealed else _tr("Exported to {path}, without passwords: {what}.")
    )
    parts = [words.format(path=path, what=smtps)]
    if without:
        parts.append(_tr("Not stored here, and so not in it: the secrets of {names}.").format(names=_listed(without)))
    again = export.signed_in_anew
    if again:
        parts.append(_tr("Sign in again where you import it: {names}.").format(names=_listed(again)))
    return "\n\n".join(parts)


def program_words(export: ProgramExport, paths: Sequence[Path], *, with_passwords: bool) -> str:
    """Returns where files for another program are, and what is not in them."""
    plain, readable = _tr("Exported without passwords to {paths}."), _tr("Exported with readable passwords to {paths}.")
    words = (readable if with_passwords else plain).format(paths=_listed([str(path) for path in paths]))
    left_out = [f"{one.name}: {shown(one.reason)}" for one in export.left_out]
    if not left_out:
        return words
    more = len(left_out) - _MOST_NAMES
    rest = [_tr("{n} more").format(n=f"{more:,}")] if more > 0 else []
    return "\n".join([words, "", _tr("Not in it:"), *left_out[:_MOST_NAMES], *rest])


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    rest = [_tr("{n} more").format(n=f"{more:,}")] if more > 0 else []
    return ", ".join([*names[:_MOST_NAMES], *rest])


def _tr(source: str) -> str:
    return QCoreApplication.translate("ExportWords", source)
