"""The main menu behind the burger, and the menus of the breadcrumb."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.widgets.keys import MENU_KEYS, key_text
from smtp_desktop.ui.widgets.popups import Menu

Acts = Mapping[str, Callable[[], object]]
"""What the actions of a menu do, by object name."""


def main_menu(parent: QWidget, titles: Mapping[str, str], *, current: str) -> Menu:
    """Returns the menu, which deletes itself when it is closed. `titles` are those of the pages, of which `current` is
    shown. Keys are only shown beside the actions; the window handles them."""
    menu = _menu(parent, "mainMenu", _tr("Main menu"))
    area = _submenu(menu, "managementMenu", _tr("Management"))
    _add_pages(_submenu(area, "configurationMenu", _tr("Configuration Management")), titles, current)
    entries = (
        ("", ""),
        ("importAction", _tr("Import…")),
        ("exportAction", _tr("Export…")),
        ("backUpAction", _tr("Back up…")),
        ("restoreAction", _tr("Restore…")),
        ("", ""),
        ("settingsAction", _tr("Settings")),
        ("shortcutsAction", _tr("Keyboard shortcuts")),
        ("helpAction", _tr("Help")),
        ("", ""),
        ("dataFolderAction", _tr("Open data folder")),
        ("logAction", _tr("Open log")),
        ("", ""),
        ("aboutAction", _tr("About SMTP Desktop")),
        ("quitAction", _tr("Quit")),
    )
    for name, words in entries:
        if name:
            _add(menu, name, words)
        else:
            menu.addSeparator()
    return menu


def area_menu(parent: QWidget, titles: Mapping[str, str], *, current: str) -> Menu:
    """Returns the menu of *Management* in the breadcrumb. What is below its only entry is open at once."""
    menu = _menu(parent, "managementMenu", _tr("Management"))
    pages = _submenu(menu, "configurationMenu", _tr("Configuration Management"))
    _add_pages(pages, titles, current)
    _begin_at(menu, pages.menuAction())
    return menu


def pages_menu(parent: QWidget, titles: Mapping[str, str], *, current: str) -> Menu:
    """Returns the menu of *Configuration Management* in the breadcrumb."""
    menu = _menu(parent, "configurationMenu", _tr("Configuration Management"))
    _add_pages(menu, titles, current)
    return menu


def pop_up(menu: Menu, below: QWidget, acts: Acts) -> None:
    """Shows the menu below a widget."""
    menu.triggered.connect(lambda action: acts[action.objectName()]())
    left = below.width() if below.isRightToLeft() else 0
    menu.popup(below.mapToGlobal(QPoint(left, below.height() + 2)))


def _add_pages(menu: Menu, titles: Mapping[str, str], current: str) -> None:
    for key, title in titles.items():
        action = _add(menu, f"{key}PageAction", title)
        action.setCheckable(True)
        action.setChecked(key == current)
        if key == current:
            _begin_at(menu, action)


def _begin_at(menu: Menu, action: QAction) -> None:
    """Marks the action as soon as the menu is shown; one with a menu of its own opens that."""
    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu, lambda: menu.setActiveAction(action)))


def _menu(parent: QWidget, name: str, title: str) -> Menu:
    menu = Menu(parent, name, title)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _submenu(menu: Menu, name: str, title: str) -> Menu:
    submenu = Menu(menu, name, title)
    menu.addMenu(submenu)
    return submenu


def _add(menu: Menu, name: str, words: str) -> QAction:
    return menu.add(name, words, key_text(MENU_KEYS[name]) if name in MENU_KEYS else "")


def _tr(source: str) -> str:
    return QCoreApplication.translate("MainMenu", source)
