"""The contents of the help: all pages with their sections, and a search in what they say."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from smtp_desktop.ui.help.pages import HelpPage, contents, sections_with
from smtp_desktop.ui.widgets.labels import Caption

_PLACE_ROLE = Qt.ItemDataRole.UserRole
_INDENT_PX = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPlace:
    """A section of a page, by its number."""

    page: HelpPage
    section: int


class HelpContents(QWidget):
    """A tree of pages and sections below a search field, which leaves only those that hold what is typed."""

    chosen = Signal(object)
    """The user chose a page or section. Carries its HelpPlace."""

    def __init__(self) -> None:
        super().__init__()
        self.search = _SearchField()
        self._tree = QTreeWidget()
        self._nothing = Caption("muted", self.tr("Nothing found."))
        self._texts = contents()
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._narrow)
        self.search.left.connect(self._enter_tree)
        self.search.returnPressed.connect(self._choose_first)
        self._tree.currentItemChanged.connect(self._choose)
        self._tree.itemClicked.connect(self._choose)

    def mark(self, place: HelpPlace) -> None:
        """Marks where the reader is, without going there."""
        page = self._tree.topLevelItem(list(HelpPage).index(place.page))
        item = page.child(place.section) if page else None
        if page and item and not item.isHidden():
            with QSignalBlocker(self._tree):
                page.setExpanded(True)
                self._tree.setCurrentItem(item)
                self._tree.scrollToItem(item)

    def _lay_out(self) -> None:
        self.search.setObjectName("helpSearchField")
        self.search.setPlaceholderText(self.tr("Search the help…"))
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.setClearButtonEnabled(True)
        self._tree.setObjectName("helpContents")
        self._tree.setAccessibleName(self.tr("Contents"))
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(_INDENT_PX)
        self._tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing.setObjectName("helpNothingFound")
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self._tree, 1)

    def _fill(self) -> None:
        for page, text in self._texts.items():
            item = QTreeWidgetItem([text.title])
            item.setData(0, _PLACE_ROLE, HelpPlace(page=page, section=0))
            item.setToolTip(0, text.title)
            for number, section in enumerate(text.sections):
                child = QTreeWidgetItem([section.title])
                child.setData(0, _PLACE_ROLE, HelpPlace(page=page, section=number))
                child.setToolTip(0, section.title)
                item.addChild(child)
            self._tree.addTopLevelItem(item)

    def _pages(self) -> Iterator[tuple[HelpPage, QTreeWidgetItem]]:
        for number, page in enumerate(self._texts):
            item = self._tree.topLevelItem(number)
            if item:
                yield page, item

    def _narrow(self, typed: str) -> None:
        any_found = False
        with QSignalBlocker(self._tree):
            for page, item in self._pages():
                found = sections_with(self._texts[page], typed)
                item.setHidden(not found)
                any_found = any_found or bool(found)
                for number, child in enumerate(_children(item)):
                    child.setHidden(number not in found)
                if typed.strip():
                    item.setExpanded(True)
        self._nothing.setVisible(not any_found)

    def _first(self) -> QTreeWidgetItem | None:
        for _, item in self._pages():
            found = next((child for child in _children(item) if not child.isHidden()), None)
            if found and not item.isHidden():
                return found
        return None

    def _choose_first(self) -> None:
        first = self._first()
        if first and self.search.text().strip():
            with QSignalBlocker(self._tree):
                self._tree.setCurrentItem(first)
            self._choose(first)

    def _enter_tree(self) -> None:
        self._choose_first()
        self._tree.setFocus()

    def _choose(self, item: QTreeWidgetItem | None, _: object = None) -> None:
        if item:
            self.chosen.emit(item.data(0, _PLACE_ROLE))


def _children(item: QTreeWidgetItem) -> Iterator[QTreeWidgetItem]:
    for number in range(item.childCount()):
        if child := item.child(number):
            yield child


class _SearchField(QLineEdit):
    """A field from which the down key leads to what was found."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)
