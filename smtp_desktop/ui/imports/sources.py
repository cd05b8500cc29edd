"""The row of sources above the table: what each file is, with a button that takes it away, and those that add more."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from smtp_desktop.ui.imports.found import FoundSource, base_name
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.message_text import one_line, set_tip
from smtp_desktop.ui.widgets.popups import Menu

_MOST_CHIPS = 8
_LONGEST_NAME = 40
_CROSS_PX = 24


class _Cross(QToolButton):
    """A button with a cross, in the color of its text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "eye")
        self.setObjectName("removeSourceButton")
        self.setFixedSize(QSize(_CROSS_PX, _CROSS_PX))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        set_tip(self, name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        pen = QPen(self.palette().placeholderText().color(), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        cross = QRectF(0, 0, 7, 7)
        cross.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())
        painter.end()


class SourceChip(QFrame):
    """A source: its files, what they are, and how much was found in them."""

    removed = Signal()

    def __init__(self, source: FoundSource) -> None:
        super().__init__()
        self.setObjectName("sourceChip")
        name = one_line(" + ".join(map(base_name, source.files)))
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        named, words = styled_label(short, "chipName"), styled_label(source.words, "chipWords")
        set_tip(named, "\n".join(source.files))
        cross = _Cross(self.tr("Remove {name}").format(name=name))
        cross.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 3, 0)
        row.setSpacing(6)
        for part in (named, words, cross):
            row.addWidget(part)


class Sources(QWidget):
    """Its `objectName` is `sources`."""

    removed = Signal(object)
    """Carries the FoundSource that is to be taken away."""
    files_asked = Signal()
    folder_asked = Signal()
    paste_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sources")
        self.setAccessibleName(self.tr("Sources"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = WrapLayout(self)
        self._row.setContentsMargins(0, 4, 0, 6)
        self._row.setSpacing(6)
        self._chips: list[QWidget] = []
        self.add_button = self._button("addButton", self.tr("Add…"))
        self.add_button.clicked.connect(self._pop_up)
        self.paste_button = self._button("pasteButton", self.tr("Paste…"))
        self.paste_button.clicked.connect(self.paste_asked)

    def show_sources(self, sources: Sequence[FoundSource]) -> None:
        """Shows a chip for each; of many, only the first ones, and how many there are besides."""
        had_focus = self.isAncestorOf(self.window().focusWidget()) if self.window().focusWidget() else False
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for number, source in enumerate(sources[:_MOST_CHIPS]):
            chip = SourceChip(source)
            chip.removed.connect(partial(self.removed.emit, source))
            self._insert(number, chip)
        if len(sources) > _MOST_CHIPS:
            words = self.tr("and {n} more").format(n=f"{len(sources) - _MOST_CHIPS:,}")
            self._insert(_MOST_CHIPS, styled_label(words, "muted"))
        self._order()
        self.updateGeometry()
        if had_focus:
            self.add_button.setFocus()

    def _insert(self, number: int, widget: QWidget) -> None:
        self._row.insertWidget(number, widget)
        widget.show()
        self._chips.append(widget)

    def _order(self) -> None:
        """Lets Tab and screen readers go through the row from its beginning."""
        before: QWidget | None = None
        for chip in (*self._chips, self.add_button, self.paste_button):
            chip.raise_()
            stop = chip.findChild(QToolButton) if isinstance(chip, SourceChip) else chip
            if before and stop:
                QWidget.setTabOrder(before, stop)
            before = stop or before

    def _button(self, name: str, words: str) -> QPushButton:
        button = styled_button(words, "small")
        button.setObjectName(name)
        button.setAutoDefault(False)
        self._row.addWidget(button)
        return button

    def _pop_up(self) -> None:
        menu = Menu(self, "addMenu", self.tr("Add"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add("filesAction", self.tr("Files…")).triggered.connect(self.files_asked)
        menu.add("folderAction", self.tr("A folder…")).triggered.connect(self.folder_asked)
        left = self.add_button.width() if self.isRightToLeft() else 0
        menu.popup(self.add_button.mapToGlobal(QPoint(left, self.add_button.height() + 2)))
