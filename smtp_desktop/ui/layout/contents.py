"""The removal of a layout's contents, to put something else in their place."""

from PySide6.QtWidgets import QLayout


def clear_layout(layout: QLayout) -> None:
    """Removes all from `layout`; its widgets are hidden at once, and deleted."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
