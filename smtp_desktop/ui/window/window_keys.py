"""The keys of the window, and what each does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from smtp_desktop.ui.widgets.keys import MENU_KEYS, Key, OnPage, add_shortcut, key_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.ui.window.frame import WindowFrame
    from smtp_desktop.ui.window.sections import Sections
    from smtp_desktop.ui.window.shortcuts_dialog import Shortcut
    from smtp_desktop.ui.window.window_menus import WindowMenus

_STANDARD = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowKey:
    """A key, what it does in words, and what is called."""

    key: Key
    words: str
    act: Callable[[], object]


def window_keys(
    frame: WindowFrame,
    sections: Sections,
    menus: WindowMenus,
    *,
    create: Callable[[], object],
    close: Callable[[], object],
) -> tuple[WindowKey, ...]:
    """Returns all keys of the window, in the order in which they are listed. `create` opens an empty form, `close`
    closes the window."""
    return (*_page_keys(frame), *_act_keys(frame, sections, create), *_general_keys(frame, sections, menus, close))


def add_keys(window: QWidget, keys: Sequence[WindowKey]) -> None:
    """Lets the keys do what they say, anywhere in the window."""
    for key in keys:
        add_shortcut(window, key.key, key.act)


def listed(keys: Sequence[WindowKey]) -> list[Shortcut]:
    """Returns the keys as they are listed."""
    from smtp_desktop.ui.window.shortcuts_dialog import Shortcut  # noqa: PLC0415 - a dialog is loaded when it is opened

    return [Shortcut(keys=key_text(key.key), words=key.words) for key in keys]


def _page_keys(frame: WindowFrame) -> tuple[WindowKey, ...]:
    return tuple(
        WindowKey(
            key=MENU_KEYS[f"{key}PageAction"],
            words=_tr("Show {page}").format(page=title),
            act=partial(frame.show_page, key),
        )
        for key, title in frame.page_titles.items()
    )


def _act_keys(frame: WindowFrame, sections: Sections, create: Callable[[], object]) -> tuple[WindowKey, ...]:
    smtps, activities, actions = sections.smtps, sections.activities, sections.smtps.actions
    on_page = partial(OnPage, lambda: frame.current)
    return (
        WindowKey(key=_STANDARD.New, words=_tr("Create an SMTP or activity"), act=create),
        WindowKey(
            key=_STANDARD.Save,
            words=_tr("Save the form"),
            act=on_page(smtp=smtps.editor.save, activities=activities.save),
        ),
        WindowKey(
            key="Ctrl+T",
            words=_tr("Test the SMTP, or trigger the activity"),
            act=on_page(smtp=actions.test_current, activities=activities.trigger_current),
        ),
        WindowKey(
            key="Ctrl+D",
            words=_tr("Duplicate the SMTP or activity"),
            act=on_page(smtp=actions.duplicate_current, activities=activities.duplicate_current),
        ),
        WindowKey(
            key="Ctrl+P",
            words=_tr("Pause or resume sending"),
            act=on_page(smtp=actions.toggle_sending),
        ),
        WindowKey(
            key="F5",
            words=_tr("Check what is selected; reload the page"),
            act=on_page(smtp=actions.check_current, deliveries=sections.deliveries.load, dates=sections.dates.load),
        ),
        WindowKey(
            key="Shift+F5",
            words=_tr("Check all SMTPs"),
            act=lambda: smtps.when_loaded(actions.check_all),
        ),
    )


def _general_keys(
    frame: WindowFrame, sections: Sections, menus: WindowMenus, close: Callable[[], object]
) -> tuple[WindowKey, ...]:
    return (
        WindowKey(key=_STANDARD.Find, words=_tr("Search"), act=frame.focus_search),
        WindowKey(key="Esc", words=_tr("Close the panel or dialog"), act=frame.close_panel),
        WindowKey(key="F9", words=_tr("Fold or unfold the page panel"), act=frame.entities.toggle),
        WindowKey(key="F10", words=_tr("Open the main menu"), act=menus.show_main),
        WindowKey(key="Shift+F10", words=_tr("Open the menu of the card, row or field"), act=menus.show_context_menu),
        WindowKey(key=MENU_KEYS["importAction"], words=_tr("Import"), act=menus.import_asked.emit),
        WindowKey(key=MENU_KEYS["exportAction"], words=_tr("Export"), act=menus.export_asked.emit),
        WindowKey(key=MENU_KEYS["helpAction"], words=_tr("Help"), act=menus.show_help),
        WindowKey(key=MENU_KEYS["settingsAction"], words=_tr("Settings"), act=sections.settings.show),
        WindowKey(key=MENU_KEYS["quitAction"], words=_tr("Quit"), act=close),
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("WindowKeys", source)
