"""What a notification says of SMTPs that stopped working, or work again."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.health import StateChange
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.models.card_words import failure_word
from smtp_desktop.ui.notifications import Notice

_NAMED = 8  # names that one notice holds


def notice_of(changes: Sequence[StateChange], names: Mapping[ProfileId, str]) -> Notice:
    """Returns one notice of all `changes`, of which there is at least one: names, and of one alone why it fails.
    Nothing that a server said."""
    if len(changes) == 1:
        return _of_one(changes[0], names)
    stopped = [one for one in changes if not one.works]
    again = [one for one in changes if one.works]
    if not again:
        title = _tr("{n} SMTPs stopped working").format(n=len(stopped))
    elif not stopped:
        title = _tr("{n} SMTPs work again").format(n=len(again))
    else:
        title = _tr("{stopped} SMTPs stopped working, {again} work again").format(
            stopped=len(stopped), again=len(again)
        )
    groups = [_listed(group, names) for group in (stopped, again) if group]
    if len(groups) > 1:
        groups = [_tr("Stopped: {names}").format(names=groups[0]), _tr("Again: {names}").format(names=groups[1])]
    return Notice(title=title, words="\n".join(groups))


def _of_one(change: StateChange, names: Mapping[ProfileId, str]) -> Notice:
    name = names[change.result.profile_id]
    if change.works:
        return Notice(title=_tr("{name} works again").format(name=name))
    return Notice(title=_tr("{name} stopped working").format(name=name), words=failure_word(change.result))


def _listed(changes: Sequence[StateChange], names: Mapping[ProfileId, str]) -> str:
    found = sorted((names[one.result.profile_id] for one in changes), key=str.lower)
    words = ", ".join(found[:_NAMED])
    return _tr("{names} and {n} more").format(names=words, n=len(found) - _NAMED) if len(found) > _NAMED else words


def _tr(source: str) -> str:
    return QCoreApplication.translate("ChangeWords", source)
