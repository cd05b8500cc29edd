"""The More Actions menu of a card."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from smtp_desktop.domain.profile import ProfileType, SmtpProfile
from smtp_desktop.ui.styled import styled_label


def more_actions_menu(parent: QWidget, profile: SmtpProfile) -> QMenu:
    """Returns the menu for `profile`; it deletes itself when it is closed. Its actions are told apart by objectName.

    The keys are shown beside the actions; pressing them is the window's business.
    """
    menu = QMenu(parent)
    menu.setObjectName("moreActionsMenu")
    menu.setAccessibleName(_tr("More Actions"))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    title = QWidgetAction(menu)
    title.setDefaultWidget(styled_label(_tr("More Actions"), "menuTitle"))
    title.setEnabled(False)
    menu.addAction(title)
    entries = (
        ("editAction", _tr("Edit"), _tr("Enter"), True),
        ("duplicateAction", _tr("Duplicate"), "Ctrl+D", True),
        ("testAction", _tr("Test"), "Ctrl+T", True),
        ("checkAction", _tr("Check connection"), "F5", True),
        ("readMailboxAction", _tr("Read mailbox"), "", True),
        ("setDefaultAction", _tr("Set as default"), "", not profile.is_default),
        ("deleteAction", _tr("Delete"), _tr("Del"), True),
    )
    for name, words, key, enabled in entries:
        if name == "readMailboxAction" and profile.type is not ProfileType.GRAPH:
            continue
        if name == "deleteAction":
            menu.addSeparator()
        action = menu.addAction(f"{words}\t{key}" if key else words)
        action.setObjectName(name)
        action.setEnabled(enabled)
    return menu


def _tr(source: str) -> str:
    return QCoreApplication.translate("MoreActionsMenu", source)
