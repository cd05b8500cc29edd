"""A row that continues below where it is too narrow for its widgets."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSpacerItem, QWidget, QWidgetItem

from smtp_desktop.ui.layout.mirroring import in_direction

_Line = list[QLayoutItem]


class WrapLayout(QLayout):
    """Widgets beside each other, in as few lines as their widths allow.

    Widgets with a stretch factor share what a line has left over, and may be as narrow as their minimum for that. What
    follows `addStretch` is at the end of its line, in whichever line that is. Where all is `centred`, a line has as
    much room before as behind it.
    """

    def __init__(self, parent: QWidget | None = None, *, centred: bool = False) -> None:
        super().__init__(parent) if parent else super().__init__()
        self._heights: dict[int, int] = {}  # by width; Qt asks for the same ones hundreds of times
        self._centred = centred
        self._items: list[QLayoutItem] = []
        self._stretches: dict[QWidget, int] = {}

    def addWidget(self, widget: QWidget, stretch: int = 0) -> None:
        self.insertWidget(len(self._items), widget, stretch)

    def insertWidget(self, index: int, widget: QWidget, stretch: int = 0) -> None:
        """Inserts `widget` before the item `index`, or as the last one if that is negative."""
        self.addChildWidget(widget)
        self._stretches[widget] = stretch
        self._items.insert(index if index >= 0 else len(self._items), QWidgetItem(widget))
        self.invalidate()

    def addStretch(self, _: int = 0) -> None:
        """Lets all that follows be at the end of its line."""
        self.addItem(QSpacerItem(0, 0))

    # What QLayout asks for

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), place=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(_hint(item).width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        height = max((_hint(item).height() for item in shown), default=0)
        return self._with_margins(QSize(width, height))

    def minimumSize(self) -> QSize:
        shown = self._shown()
        width = max((item.minimumSize().width() for item in shown), default=0)
        height = max((item.minimumSize().height() for item in shown), default=0)
        return self._with_margins(QSize(width, height))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def _shown(self) -> _Line:
        return [item for item in self._items if not item.isEmpty()]

    def _with_margins(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Returns the height that is needed at the width of `rect`; `place` puts the widgets there, too."""
        inner = rect.marginsRemoved(self.contentsMargins())
        lines = [(line, at_end, self._widths(line, inner.width())) for line, at_end in self._lines(inner.width())]
        heights = [max(map(_height, line, widths)) for line, _, widths in lines]
        needed = sum(heights) + self.spacing() * max(0, len(heights) - 1)
        if place:
            top = inner.top() + max(0, inner.height() - needed) // 2
            for (line, at_end, widths), height in zip(lines, heights, strict=True):
                self._place(line, widths, QRect(inner.left(), top, inner.width(), height), at_end)
                top += height + self.spacing()
        return needed + rect.height() - inner.height()

    def _lines(self, room: int) -> Iterator[tuple[_Line, int]]:
        """Yields the lines, each with the number of its items that are at its beginning, not at its end."""
        line: _Line = []
        used, at_beginning, ends = 0, 0, False
        for item in self._items:
            if item.spacerItem():
                ends = True
            if item.isEmpty():
                continue
            width = (item.minimumSize() if self._share(item) else _hint(item)).width()
            if line and used + self.spacing() + width > room:
                yield line, at_beginning
                line, used, at_beginning = [], 0, 0
            used += width + (self.spacing() if line else 0)
            line.append(item)
            at_beginning += not ends
        if line:
            yield line, at_beginning

    def _widths(self, line: _Line, room: int) -> Sequence[int]:
        """Returns how wide each item of the line becomes."""
        room -= self.spacing() * (len(line) - 1)
        least = [min(item.minimumSize().width(), room) for item in line]
        wanted = [max(low, _hint(item).width()) for item, low in zip(line, least, strict=True)]
        shares = [self._share(item) for item in line]
        if any(shares):
            # Those that stretch share all that the others leave, whatever they would like to have.
            free = room - sum(width for width, share in zip(wanted, shares, strict=True) if not share)
            wanted = [
                max(low, free * share // sum(shares)) if share else width
                for width, low, share in zip(wanted, least, shares, strict=True)
            ]
        return _shrunk(wanted, least, room)

    def _share(self, item: QLayoutItem) -> int:
        widget = item.widget()
        return self._stretches.get(widget, 0) if widget else 0

    def _place(self, line: _Line, widths: Sequence[int], rect: QRect, at_beginning: int) -> None:
        owner = self.parentWidget()
        direction = owner.layoutDirection() if owner else Qt.LayoutDirection.LeftToRight
        free = max(0, rect.width() - sum(widths) - self.spacing() * (len(line) - 1))
        left = rect.left() + (free // 2 if self._centred else 0)
        for number, (item, width) in enumerate(zip(line, widths, strict=True)):
            if number == at_beginning and not self._centred:
                left += free
            there = QRect(left, rect.top(), width, rect.height())
            item.setGeometry(in_direction(direction, rect, there))
            left += width + self.spacing()


def _hint(item: QLayoutItem) -> QSize:
    return item.sizeHint().expandedTo(item.minimumSize())


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else _hint(item).height()


def _shrunk(wanted: Sequence[int], least: Sequence[int], room: int) -> Sequence[int]:
    """Returns `wanted`, each less by its part of what is too much for `room`, but not less than `least`."""
    over, spare = sum(wanted) - room, sum(wanted) - sum(least)
    if over <= 0 or not spare:
        return wanted
    return [width - -(-(width - low) * min(over, spare) // spare) for width, low in zip(wanted, least, strict=True)]
