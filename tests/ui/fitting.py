"""What of a window or dialog is cut, laid over something else, or never translated."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from pseudo_language import CLOSE, OPEN
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QSizeGrip,
    QSplitterHandle,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from smtp_desktop.ui.widgets.row_table import HeaderTips

_ELIDED = "…"
_TEXTS = (QLabel, QAbstractButton, QComboBox, QLineEdit, QTabBar)
_SPOKEN_FOR = (QHeaderView, QAbstractSpinBox, QComboBox)  # what is inside is theirs


def faults(root: QWidget) -> list[str]:
    """Returns what is wrong with `root` and all that is visible in it, as sentences."""
    shown = [root, *(w for w in root.findChildren(QWidget) if w.isVisible() and w.window() is root.window())]
    found = [f"{_name(widget)}: {words}" for widget in shown for words in _of(widget, root)]
    return found + [words for widget in shown for words in _overlaps(widget)]


def _name(widget: QWidget) -> str:
    words = widget.text() if hasattr(widget, "text") else ""
    parents = [widget.objectName() or type(widget).__name__]
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        if above.objectName() and not above.objectName().startswith("qt_"):
            parents.append(above.objectName())
        above = above.parentWidget()
    return f"{' in '.join(parents[:4])} {words!r}"


def _of(widget: QWidget, root: QWidget) -> Iterator[str]:
    if isinstance(widget.parentWidget(), _SPOKEN_FOR) and not isinstance(widget, QHeaderView):
        return
    for kind, check in _CHECKS.items():
        if isinstance(widget, kind):
            yield from check(widget)
            break
    if isinstance(widget, _TEXTS) and widget is not root:
        yield from _outside(widget, root)


def _combo(box: QComboBox) -> Iterator[str]:
    needed = box.fontMetrics().horizontalAdvance(box.currentText())
    room = box.width() - 2 - 20 - 28  # border, padding and the arrow, by the style sheet
    if needed > room and not box.toolTip() and box.sizeAdjustPolicy() is box.SizeAdjustPolicy.AdjustToContents:
        yield f"{box.currentText()!r} needs {needed}, has {room}"


def _line(line: QLineEdit) -> Iterator[str]:
    words = line.placeholderText()
    needed, room = line.fontMetrics().horizontalAdvance(words), line.width() - 22
    if not line.text() and needed * 0.6 > room:  # Qt elides it; but not beyond recognition
        yield f"prompt {words!r} needs {needed}, has {room}"


def _tabs(tabs: QTabBar) -> Iterator[str]:
    if tabs.sizeHint().width() > tabs.width():
        yield f"tabs need {tabs.sizeHint().width()}, have {tabs.width()}"


def _scrolled(area: QScrollArea) -> Iterator[str]:
    content, room = area.widget(), area.viewport().width()
    never = area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if never and content and content.width() > room:
        yield f"its content needs {content.width()}, has {room}"


def _label(label: QLabel) -> Iterator[str]:
    words = label.text()
    if not words or (label.pixmap() and not label.pixmap().isNull()):
        return
    if _ELIDED in words and label.toolTip():
        return  # what was elided stands there
    inside = label.contentsRect().size()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + 1:
            yield f"is {label.height()} high, its lines need {needed}"
        longest = max((label.fontMetrics().horizontalAdvance(word) for word in words.split()), default=0)
        if longest > inside.width() + 1:
            yield f"its longest word needs {longest}, has {inside.width()}"
        return
    needed = max(map(label.fontMetrics().horizontalAdvance, words.split("\n")))
    if label.textFormat() is not Qt.TextFormat.RichText and needed > inside.width():
        yield f"needs {needed}, has {inside.width()}"
    if label.fontMetrics().height() > label.height() + 1:
        yield f"is {label.height()} high, its line needs {label.fontMetrics().height()}"


def _button(button: QAbstractButton) -> Iterator[str]:
    icon_only = isinstance(button, QToolButton) and button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    if not button.text() or (icon_only and not button.icon().isNull()):
        return
    if button.hasHeightForWidth():
        needed, height = button.minimumSizeHint().width(), button.heightForWidth(button.width())
        if height > button.height() + 1:
            yield f"is {button.height()} high, its lines need {height}"
    else:
        needed = button.sizeHint().width()
    if needed > button.width() + 1:
        yield f"needs {needed}, has {button.width()}"


def _headers(table: QTableView) -> Iterator[str]:
    header, model = table.horizontalHeader(), table.model()
    if not header.isVisible() or model is None:
        return
    for section in range(header.count()):
        if header.isSectionHidden(section):
            continue
        words = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        needed = header.fontMetrics().horizontalAdvance(words) + 22
        # A longer one is elided, with a tool tip; but not beyond recognition.
        if needed * (0.6 if header.findChild(HeaderTips) else 1) > header.sectionSize(section):
            yield f"header {words!r} needs {needed}, has {header.sectionSize(section)}"
    if (
        header.length() > table.viewport().width()
        and table.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    ):
        yield f"columns need {header.length()}, have {table.viewport().width()}"


_CHECKS: dict[type[QWidget], Any] = {
    QLabel: _label,
    QAbstractButton: _button,
    QComboBox: _combo,
    QLineEdit: _line,
    QTabBar: _tabs,
    QTableView: _headers,
    QScrollArea: _scrolled,
}


def _outside(widget: QWidget, root: QWidget) -> Iterator[str]:
    """Says where the widget is beyond what contains it: to the side always, above or below unless that scrolls."""
    scrolls = False
    above = widget.parentWidget()
    while above is not None:
        area = above.parentWidget()
        if isinstance(area, QAbstractScrollArea) and above is area.viewport():
            if isinstance(area, QAbstractItemView):
                return
            scrolls = True
        there = QRect(widget.mapTo(above, widget.rect().topLeft()), widget.size())
        room = above.rect()
        # QSplitter is one pixel off where it is mirrored.
        if there.left() < room.left() or there.right() > room.right() + 1:
            yield f"is {there.left()} to {there.right()} in {_name(above)}, which is {room.width()} wide"
            return
        if not scrolls and (there.top() < room.top() or there.bottom() > room.bottom()):
            yield f"is {there.top()} to {there.bottom()} in {_name(above)}, which is {room.height()} high"
            return
        if above is root or above.isWindow():
            return
        above = above.parentWidget()


_LAID_OVER = (QSplitterHandle, QSizeGrip, QProgressBar)


def _overlaps(parent: QWidget) -> Iterator[str]:
    """Says which children lie over each other. What takes no clicks, or is raised on purpose, may."""
    if isinstance(parent, QLineEdit | QComboBox | QAbstractSpinBox | QAbstractItemView | QHeaderView | QAbstractButton):
        yield from _over_text(parent)
        return
    if isinstance(parent, QAbstractScrollArea):
        return
    children = [
        child
        for child in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if child.isVisible()
        and not child.isWindow()
        and not child.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        and not isinstance(child, _LAID_OVER)
        and child.objectName() not in {"overlay", "entityPanel"}
    ]
    for one, other in combinations(children, 2):
        both = one.geometry() & other.geometry()
        if both.width() > 1 and both.height() > 1:
            yield f"{_name(one)} and {_name(other)} overlap by {both.width()} x {both.height()}"


def _over_text(owner: QWidget) -> Iterator[str]:
    """Says where a label within a button or field lies over its text."""
    if not isinstance(owner, QAbstractButton | QLineEdit):
        return
    words = owner.text() or (owner.placeholderText() if isinstance(owner, QLineEdit) else "")
    if not words:
        return
    for label in owner.findChildren(QLabel):
        if label.isVisible() and label.text():
            text_px = owner.fontMetrics().horizontalAdvance(words)
            icon_px = (
                owner.iconSize().width() + 4 if isinstance(owner, QAbstractButton) and not owner.icon().isNull() else 0
            )
            used = 11 + icon_px + text_px + label.width()
            if used > owner.width():
                yield f"{_name(label)} lies over {_name(owner)}: both need {used}, have {owner.width()}"


def untranslated(root: QWidget, known: frozenset[str]) -> list[str]:
    """Returns the texts that bypass the translation; `known` are words that are data."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        for words in _said(widget):
            bare = words.strip()
            if not bare or OPEN in bare or CLOSE in bare or not any(letter.isalpha() for letter in bare):
                continue
            if not any(part in bare for part in known):
                found.append(f"{_name(widget)}: {bare!r}")
    return found


def _said(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(tab) for tab in range(widget.count()))
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    if widget.isWindow():
        yield widget.windowTitle()
