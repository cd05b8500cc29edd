"""The program's icon in the tray, and its menu."""

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from smtp_desktop.ui.theme.program_icon import program_icon
from smtp_desktop.ui.widgets.popups import Menu


def has_tray() -> bool:
    """Whether this desktop shows a tray."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """The icon, which shows whether an SMTP fails. A click asks for the window."""

    show_asked = Signal()
    check_all_asked = Signal()
    quit_asked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._icons = {failing: program_icon(failing=failing) for failing in (False, True)}
        self.menu = Menu(window, "trayMenu", "SMTP Desktop")
        self.state = self.menu.add("trayStateAction", "")
        self.state.setEnabled(False)
        self.menu.addSeparator()
        self.menu.add("trayShowAction", self.tr("Show")).triggered.connect(self.show_asked)
        self.menu.add("trayCheckAllAction", self.tr("Check all")).triggered.connect(self.check_all_asked)
        self.menu.addSeparator()
        self.menu.add("trayQuitAction", self.tr("Quit")).triggered.connect(self.quit_asked)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.show_state(failing=0, total=0)
        self.icon.show()

    def show_state(self, *, failing: int, total: int) -> None:
        """Shows how many of all SMTPs fail."""
        words = state_words(failing=failing, total=total)
        self.state.setText(words)
        self.icon.setIcon(self._icons[failing > 0])
        self.icon.setToolTip(self.tr("SMTP Desktop: {state}").format(state=words))

    def remove(self) -> None:
        """Takes the icon out of the tray."""
        self.icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_asked.emit()


def state_words(*, failing: int, total: int) -> str:
    """Returns how the SMTPs are, in some words."""
    if not total:
        return _tr("No SMTPs yet")
    if not failing:
        return _tr("All SMTPs are working")
    words = _tr("1 SMTP is failing") if failing == 1 else _tr("{n} SMTPs are failing")
    return words.format(n=f"{failing:,}")


def _tr(source: str) -> str:
    return QCoreApplication.translate("Tray", source)
