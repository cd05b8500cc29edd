"""The More Actions menus of cards, of SMTPs and of activities."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.smtp.profile import ProfileType, SmtpProfile, is_app_at_microsoft
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.popups import Menu


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An action: its object name, its text, and the shortcut that is shown beside it."""

    name: str
    words: str
    key: str = ""
    enabled: bool = True


def more_actions_menu(parent: QWidget, profile: SmtpProfile, *, stopped: bool) -> QMenu:
    """Returns the menu of `profile`, which deletes itself when it is closed. Actions are identified by object name.
    `stopped` is whether nothing goes out through it for now.

    Shortcuts are only shown beside the actions; the window handles the keys.
    """
    read = (_Entry(name="readMailboxAction", words=_tr("Read mailbox")),) if profile.type is ProfileType.GRAPH else ()
    scripts = (_Entry(name="exchangeScriptsAction", words=_tr("PowerShell for Exchange…")),)
    entries = (
        _Entry(name="editAction", words=_tr("Edit"), key=_tr("Enter")),
        _Entry(name="duplicateAction", words=_tr("Duplicate"), key="Ctrl+D"),
        _Entry(name="testAction", words=_tr("Test"), key="Ctrl+T"),
        _Entry(name="checkAction", words=_tr("Check connection"), key="F5"),
        *read,
        *(scripts if is_app_at_microsoft(profile.server) else ()),
        _Entry(name="resumeAction", words=_tr("Resume"), key="Ctrl+P")
        if stopped
        else _Entry(name="pauseAction", words=_tr("Pause sending"), key="Ctrl+P"),
        _Entry(name="setDefaultAction", words=_tr("Set as default"), enabled=not profile.is_default),
    )
    return _menu(parent, entries)


def several_menu(parent: QWidget, count: int, *, stopped: int, replaceable: bool) -> QMenu:
    """Returns the menu of `count` selected SMTPs, with what can be done with several at once. Through `stopped` of them
    nothing goes out for now; `replaceable` is whether they can get one password."""
    menu = _titled_menu(parent)
    _add(menu, _Entry(name="checkAction", words=_tr("Check {n} connections").format(n=count), key="F5"))
    _add(menu, _Entry(name="testAction", words=_tr("Test {n}…").format(n=count), key="Ctrl+T"))
    _add(menu, _Entry(name="replaceAction", words=_tr("Replace the password…"), enabled=replaceable))
    _add(menu, _Entry(name="editFieldsAction", words=_tr("Edit fields…")))
    _add(menu, _Entry(name="compareAction", words=_tr("Compare")))
    _add(menu, _Entry(name="exportAction", words=_tr("Export…")))
    if stopped:
        _add(menu, _Entry(name="resumeAction", words=_tr("Resume {n}").format(n=stopped), key="Ctrl+P"))
    else:
        _add(menu, _Entry(name="pauseAction", words=_tr("Pause sending for {n}").format(n=count), key="Ctrl+P"))
    menu.addSeparator()
    _add(menu, _Entry(name="deleteAction", words=_tr("Delete {n}").format(n=count), key=_tr("Del")))
    return menu


def activity_menu(parent: QWidget, activity: Activity) -> QMenu:
    """Returns the menu of `activity`, as `more_actions_menu` does."""
    entries = (
        _Entry(name="editAction", words=_tr("Edit"), key=_tr("Enter")),
        _Entry(name="duplicateAction", words=_tr("Duplicate"), key="Ctrl+D"),
        _Entry(name="triggerAction", words=_tr("Trigger now"), key="Ctrl+T", enabled=activity.enabled),
        _Entry(name="showDeliveriesAction", words=_tr("Show deliveries")),
        _Entry(name="switchAction", words=_tr("Switch off") if activity.enabled else _tr("Switch on")),
    )
    return _menu(parent, entries)


def _menu(parent: QWidget, entries: tuple[_Entry, ...]) -> QMenu:
    menu = _titled_menu(parent)
    for entry in entries:
        _add(menu, entry)
    menu.addSeparator()
    _add(menu, _Entry(name="deleteAction", words=_tr("Delete"), key=_tr("Del")))
    return menu


def _titled_menu(parent: QWidget) -> Menu:
    menu = Menu(parent, "moreActionsMenu", _tr("More Actions"))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    title = QWidgetAction(menu)
    title.setDefaultWidget(styled_label(_tr("More Actions"), "menuTitle"))
    title.setEnabled(False)
    menu.addAction(title)
    return menu


def _add(menu: Menu, entry: _Entry) -> None:
    danger = entry.name == "deleteAction"
    menu.add(entry.name, entry.words, entry.key, danger=danger).setEnabled(entry.enabled)


def _tr(source: str) -> str:
    return QCoreApplication.translate("MoreActionsMenu", source)
