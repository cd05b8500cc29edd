"""The More Actions menus of cards."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.smtp.profile import ProfileType, SmtpProfile
from smtp_desktop.ui.theme.styled import styled_label


@dataclass(frozen=True, slots=True)
class _Entry:
    """An action's objectName, its words, and the key that does the same."""

    name: str
    words: str
    key: str = ""
    enabled: bool = True


def more_actions_menu(parent: QWidget, profile: SmtpProfile) -> QMenu:
    """Returns the menu for `profile`; it deletes itself when it is closed. Its actions are told apart by objectName.

    The keys are shown beside the actions; pressing them is the window's business.
    """
    read = (_Entry("readMailboxAction", _tr("Read mailbox")),) if profile.type is ProfileType.GRAPH else ()
    entries = (
        _Entry("editAction", _tr("Edit"), _tr("Enter")),
        _Entry("duplicateAction", _tr("Duplicate"), "Ctrl+D"),
        _Entry("testAction", _tr("Test"), "Ctrl+T"),
        _Entry("checkAction", _tr("Check connection"), "F5"),
        *read,
        _Entry("setDefaultAction", _tr("Set as default"), enabled=not profile.is_default),
    )
    return _menu(parent, entries)


def several_menu(parent: QWidget, count: int) -> QMenu:
    """Returns the menu for `count` selected SMTPs: what can be done with several at once."""
    menu = _titled_menu(parent)
    _add(menu, _Entry("checkAction", _tr("Check {n} connections").format(n=count), "F5"))
    return menu


def activity_menu(parent: QWidget, activity: Activity) -> QMenu:
    """Returns the menu for `activity`, as `more_actions_menu` does."""
    entries = (
        _Entry("editAction", _tr("Edit"), _tr("Enter")),
        _Entry("duplicateAction", _tr("Duplicate"), "Ctrl+D"),
        _Entry("triggerAction", _tr("Trigger now"), "Ctrl+T", enabled=activity.enabled),
        _Entry("showDeliveriesAction", _tr("Show deliveries")),
        _Entry("switchAction", _tr("Switch off") if activity.enabled else _tr("Switch on")),
    )
    return _menu(parent, entries)


def _menu(parent: QWidget, entries: tuple[_Entry, ...]) -> QMenu:
    menu = _titled_menu(parent)
    for entry in entries:
        _add(menu, entry)
    menu.addSeparator()
    _add(menu, _Entry("deleteAction", _tr("Delete"), _tr("Del")))
    return menu


def _titled_menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setObjectName("moreActionsMenu")
    menu.setAccessibleName(_tr("More Actions"))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    title = QWidgetAction(menu)
    title.setDefaultWidget(styled_label(_tr("More Actions"), "menuTitle"))
    title.setEnabled(False)
    menu.addAction(title)
    return menu


def _add(menu: QMenu, entry: _Entry) -> None:
    action = menu.addAction(f"{entry.words}\t{entry.key}" if entry.key else entry.words)
    action.setObjectName(entry.name)
    action.setEnabled(entry.enabled)


def _tr(source: str) -> str:
    return QCoreApplication.translate("MoreActionsMenu", source)
