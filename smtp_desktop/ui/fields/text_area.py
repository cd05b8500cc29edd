"""Text of several lines."""

from PySide6.QtWidgets import QPlainTextEdit


class TextArea(QPlainTextEdit):
    """Plain text of several lines; Tab goes on to the next field."""

    def __init__(self, height_px: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(height_px)
