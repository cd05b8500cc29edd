"""The layout of forms: sections, columns and rows of fields."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.widgets.labels import Caption, LinkButton

_SECTION_TOP_PX = 6  # in addition to the gap of 12 below a field
_SECTION_BOTTOM_PX = 10
_ROW_GAP_PX = 12
_LINK_GAP_PX = 8
_BOX_RAISE_PX = 5  # centres a box of 24 on an input of 34


def section(title: str, *, first: bool = False) -> Caption:
    """Returns the title of a section of the form."""
    caption = Caption("section", title)
    caption.setContentsMargins(0, 0 if first else _SECTION_TOP_PX, 0, _SECTION_BOTTOM_PX)
    return caption


def titled(title: Caption, link: LinkButton) -> QWidget:
    """Returns a section title with a link beside it, or below it where there is no room."""
    row = QWidget()
    layout = WrapLayout(row)
    layout.setContentsMargins(0, _SECTION_TOP_PX, 0, _SECTION_BOTTOM_PX)
    layout.setSpacing(_LINK_GAP_PX)
    layout.addWidget(title)
    layout.addWidget(link)
    return row


def column(*parts: QWidget) -> QWidget:
    """Returns the parts below each other."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part)
    return column


def row(*parts: tuple[QWidget, int]) -> QWidget:
    """Returns the parts beside each other, or below each other where there is no room; the numbers are their stretch
    factors."""
    row = QWidget()
    layout = WrapLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(_ROW_GAP_PX)
    for part, stretch in parts:
        layout.addWidget(part, stretch)
    return row


def at_bottom(field: QWidget) -> QWidget:
    """Returns a check box aligned with the input beside it."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, _BOX_RAISE_PX)
    layout.addStretch(1)
    layout.addWidget(field)
    return holder
