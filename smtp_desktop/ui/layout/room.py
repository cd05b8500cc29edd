"""The sizes of the window below which its parts shrink, fold, and make way for each other."""

from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QLayout, QWidget

from smtp_desktop.ui.layout.mirroring import margins

SMALL_PX, LOW_PX = 960, 560


_LIST_MARGINS, _SMALL_LIST_MARGINS = (8, 0, 24, 20), (6, 0, 12, 12)
_PAGE_MARGINS, _SMALL_PAGE_MARGINS = QMargins(24, 20, 24, 20), QMargins(12, 14, 12, 12)


def is_small(widget: QWidget) -> bool:
    """Returns whether the window of `widget` is too narrow for its parts to be beside each other."""
    return widget.window().width() < SMALL_PX


def is_low(widget: QWidget) -> bool:
    """Returns whether the window of `widget` is so low that its bars have to be lower, too."""
    return widget.window().height() < LOW_PX


def fit_page(page: QWidget, column: QLayout) -> None:
    """Sets the margins of a page, whose layout is `column`. Call it when the page is resized."""
    set_margins(column, _SMALL_PAGE_MARGINS if is_small(page) else _PAGE_MARGINS)


def fit_list(parent: QWidget, column: QLayout, *, top_px: int = 0) -> None:
    """Sets the margins of a list below the title of a page of cards, or of a bar below that; `column` is the layout in
    `parent`. Call it when that is resized. `top_px` is the room above it in a window that is not small."""
    small = is_small(parent)
    left, _, right, bottom = _SMALL_LIST_MARGINS if small else _LIST_MARGINS
    set_margins(column, margins(left, 0 if small else top_px, right, bottom))


def set_margins(layout: QLayout, wanted: QMargins) -> None:
    """Sets the margins of the layout at once."""
    if layout.contentsMargins() != wanted:
        layout.setContentsMargins(wanted)
        layout.activate()  # Qt forgets about it where the widget is just being resized
