"""The order in which screen readers read."""

from PySide6.QtWidgets import QLayout


def read_in_order(layout: QLayout) -> None:
    """Has what is in `layout` read in its order.

    Screen readers read in the order of the stack, which is that in which widgets got their parent.
    """
    for number in range(layout.count()):
        item = layout.itemAt(number)
        inner, widget = item.layout() if item else None, item.widget() if item else None
        if inner is not None:
            read_in_order(inner)
        elif widget is not None:
            widget.raise_()
