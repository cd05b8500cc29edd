"""How a form arranges its fields."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from smtp_desktop.ui.widgets.labels import Caption, LinkButton

_SECTION_TOP_PX = 6  # below a field's own gap of 12
_SECTION_BOTTOM_PX = 10
_ROW_GAP_PX = 12
_LINK_GAP_PX = 8
_BOX_RAISE_PX = 7  # a box of 20 in the middle of an input of 34


def section(title: str, *, first: bool = False) -> Caption:
    """Returns the title of a part of the form."""
    caption = Caption("section", title)
    caption.setContentsMargins(0, 0 if first else _SECTION_TOP_PX, 0, _SECTION_BOTTOM_PX)
    return caption


def titled(title: Caption, link: LinkButton) -> QWidget:
    """Returns such a title with a link beside it."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, _SECTION_TOP_PX, 0, _SECTION_BOTTOM_PX)
    layout.setSpacing(_LINK_GAP_PX)
    layout.addWidget(title)
    layout.addWidget(link)
    layout.addStretch(1)
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
    """Returns the parts beside each other; the number is what share of the width each gets."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(_ROW_GAP_PX)
    for part, stretch in parts:
        layout.addWidget(part, stretch)
    return row


def at_bottom(field: QWidget) -> QWidget:
    """Returns the box in line with the input beside it."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, _BOX_RAISE_PX)
    layout.addStretch(1)
    layout.addWidget(field)
    return holder
