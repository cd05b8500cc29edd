"""The row of buttons below the result of a test: what may help."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from smtp_desktop.ui.layout.contents import clear_layout
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button


class OffersRow(QFrame):
    """Buttons, until they are cleared."""

    def __init__(self) -> None:
        super().__init__()
        self._row = WrapLayout(self)
        self._row.setContentsMargins(0, 6, 0, 0)
        self._row.setSpacing(10)

    def offer(self, name: str, label: str, act: Callable[[], None]) -> None:
        """Adds a button with that `objectName`."""
        button = styled_button(label)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        self._row.addWidget(button)
        self.show()

    def clear(self) -> None:
        """Removes all buttons."""
        clear_layout(self._row)
