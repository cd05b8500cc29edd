"""The dialogs and pages that the main menu and the breadcrumb open."""
# ruff: noqa: PLC0415 - menus and dialogs are loaded when they are first opened

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent

from smtp_desktop.ui.widgets.message_dialog import MessageDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton, QWidget

    from smtp_desktop.ui.widgets.popups import Menu
    from smtp_desktop.ui.window.frame import WindowFrame
    from smtp_desktop.ui.window.shortcuts_dialog import Shortcut


class WindowMenus(QObject):
    """Opens the main menu, the menus of the breadcrumb, and the dialogs and folders that they lead to."""

    import_asked = Signal()
    export_asked = Signal()
    back_up_asked = Signal()
    restore_asked = Signal()
    settings_asked = Signal()
    quit_asked = Signal()

    def __init__(
        self,
        *,
        window: QWidget,
        frame: WindowFrame,
        home: Path,
        log_path: Path,
        shortcuts: Callable[[], list[Shortcut]],
    ) -> None:
        """`home` is the data folder, `shortcuts` returns the keys of the window."""
        super().__init__(window)
        self._window, self._frame = window, frame
        self._home, self._log_path, self._shortcuts = home, log_path, shortcuts
        self.open_url: Callable[[QUrl], bool] = _open_url
        bar = frame.bar
        bar.burger.clicked.connect(self.show_main)
        bar.area_crumb.clicked.connect(self._show_area)
        bar.pages_crumb.clicked.connect(self._show_pages)

    def show_main(self) -> None:
        """Opens the main menu below the burger."""
        from smtp_desktop.ui.window.main_menu import main_menu

        self._pop_up(main_menu, self._frame.bar.burger)

    def show_context_menu(self) -> None:
        """Opens the menu of what has the focus, as the menu key does, which many keyboards lack."""
        focused = self._window.focusWidget()
        if focused:
            # A QRect of some widgets, a QRectF of others.
            at = QRectF(focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)).toRect().center()
            event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, focused.mapToGlobal(at))
            QCoreApplication.sendEvent(focused, event)

    def show_help(self) -> None:
        """Opens the help at what it says of the page that is shown."""
        from smtp_desktop.ui.help.dialog import open_help
        from smtp_desktop.ui.help.pages import HelpPage, HelpRequest

        pages = {"activities": HelpPage.ACTIVITIES, "deliveries": HelpPage.DELIVERIES, "dates": HelpPage.CHECKS}
        page = pages.get(self._frame.current, HelpPage.FIRST_STEPS)
        section = "the-local-inbox" if self._frame.current == "inbox" else ""
        open_help(self._window, HelpRequest(page=page, section=section))

    def show_shortcuts(self) -> None:
        """Opens the list of keyboard shortcuts."""
        from smtp_desktop.ui.window.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(self._window, self._shortcuts()).open()

    def show_about(self) -> None:
        """Opens the dialog about the program."""
        from smtp_desktop.ui.window.about_dialog import AboutDialog

        AboutDialog(self._window).open()

    def open_data_folder(self) -> None:
        """Opens the data folder in the system's file manager."""
        self._open(self._home, self.tr("The data folder can't be opened"))

    def open_log(self) -> None:
        """Opens the log in the system's program for such files."""
        self._open(self._log_path, self.tr("The log can't be opened"))

    def _open(self, path: Path, trouble: str) -> None:
        if not self.open_url(QUrl.fromLocalFile(str(path))):
            words = self.tr("No program on this system can open it. It is here: {path}").format(path=path)
            MessageDialog(self._window, title=trouble, text=words).open()

    def _show_area(self) -> None:
        from smtp_desktop.ui.window.main_menu import area_menu

        self._pop_up(area_menu, self._frame.bar.area_crumb)

    def _show_pages(self) -> None:
        from smtp_desktop.ui.window.main_menu import pages_menu

        self._pop_up(pages_menu, self._frame.bar.pages_crumb)

    def _pop_up(self, make: Callable[..., Menu], below: QAbstractButton) -> None:
        from smtp_desktop.ui.window.main_menu import pop_up

        titles = self._frame.page_titles
        menu = make(self._window, titles, current=self._frame.current)
        below.setDown(True)
        menu.aboutToHide.connect(lambda: below.setDown(False))
        acts: dict[str, Callable[[], object]] = {
            f"{key}PageAction": partial(self._frame.show_page, key) for key in titles
        }
        acts |= {
            "importAction": self.import_asked.emit,
            "exportAction": self.export_asked.emit,
            "backUpAction": self.back_up_asked.emit,
            "restoreAction": self.restore_asked.emit,
            "settingsAction": self.settings_asked.emit,
            "shortcutsAction": self.show_shortcuts,
            "helpAction": self.show_help,
            "dataFolderAction": self.open_data_folder,
            "logAction": self.open_log,
            "aboutAction": self.show_about,
            "quitAction": self.quit_asked.emit,
        }
        pop_up(menu, below, acts)


def _open_url(url: QUrl) -> bool:
    from PySide6.QtGui import QDesktopServices

    return QDesktopServices.openUrl(url)
