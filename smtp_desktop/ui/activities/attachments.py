"""The attachments of an activity: a list of files, and a line for paths that are typed."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLineEdit, QListView, QWidget

from smtp_desktop.ui.accessibility.reading_order import read_in_order
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.labels import LinkButton
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip, size_text

_Index = QModelIndex | QPersistentModelIndex
_LIST_PX = 84


class AttachedFiles(QAbstractListModel):
    """Paths, each with the size of its file once that is known."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.paths: tuple[str, ...] = ()
        self._sizes: Mapping[str, int | None] = {}

    def show(self, paths: Sequence[str]) -> None:
        """Shows these paths."""
        self.beginResetModel()
        self.paths = tuple(paths)
        self.endResetModel()

    def show_sizes(self, sizes: Mapping[str, int | None]) -> None:
        """Shows the sizes in bytes by path; None for a file that is not there."""
        self._sizes = sizes
        if self.paths:
            self.dataChanged.emit(self.index(0), self.index(len(self.paths) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self.paths)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.paths):
            return None
        path = self.paths[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{one_line(PurePath(path).name or path)}  ·  {self._about(path)}"
        return plain_tip(path) if role == Qt.ItemDataRole.ToolTipRole else None

    def _about(self, path: str) -> str:
        if path not in self._sizes:
            return self.tr("set by its placeholders") if "{" in path else "…"
        size = self._sizes[path]
        return self.tr("file not found") if size is None else size_text(size)


class _FileList(QListView):
    """The list, onto which files are dropped."""

    files_dropped = Signal(object)
    """Carries a list of paths."""
    remove_asked = Signal()
    """The selected files should be removed."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAcceptDrops(True)
        self.setSpacing(3)
        self.setFixedHeight(_LIST_PX)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._take_files(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._take_files(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._take_files(event)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.files_dropped.emit(paths)

    def _take_files(self, event: QDropEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), words, self.tr("Drop files here"))
            painter.end()


class AttachmentsField(LabelledField):
    """The files, with a line below for a path that is typed, which may hold placeholders. What stands in the line
    counts as a path already, so that nothing typed is lost."""

    def __init__(self) -> None:
        self._line = QLineEdit()
        super().__init__("attachments", self.tr("Attachments"), self._line)
        self._line.setPlaceholderText(self.tr("Path, e.g. /reports/{{ day }}.pdf"))
        self._kept = ""
        self._files = AttachedFiles(self)
        self._list = _FileList()
        self._list.setObjectName("attachmentsList")
        self._list.setAccessibleName(self.tr("Attached files"))
        self._list.setModel(self._files)
        self._list.files_dropped.connect(self.add)
        self._list.remove_asked.connect(self._remove)
        self.add_file, self.remove_file = LinkButton(self.tr("Add file…")), LinkButton(self.tr("Remove"))
        self.add_file.setObjectName("addFileButton")
        self.remove_file.setObjectName("removeFileButton")
        self.remove_file.hide()
        self.remove_file.clicked.connect(self._remove)
        self._list.selectionModel().selectionChanged.connect(lambda *_: self._show_removable())
        self._files.modelReset.connect(self._show_removable)
        self._line.returnPressed.connect(lambda: self.add(()))
        self.set_hint(self.tr("Files are read when the activity is triggered, up to 25 MB in total."))
        links = QHBoxLayout()
        links.setSpacing(16)
        links.addWidget(self.add_file)
        links.addWidget(self.remove_file)
        links.addStretch(1)
        self._rows.insertWidget(1, self._list)
        self._rows.insertLayout(self._rows.count() - 1, links)
        read_in_order(self._rows)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """The widgets for the tab order, from top to bottom."""
        return (self._list, self._line, self.add_file, self.remove_file)

    @property
    def text(self) -> str:
        """The paths, one a line; as they were shown, where nothing was changed."""
        paths = self._paths()
        return self._kept if paths == _paths_in(self._kept) else "\n".join(paths)

    def show_text(self, text: str) -> None:
        """Shows the paths in `text`, one a line."""
        if text != self.text:
            self._line.clear()
            self._files.show(_paths_in(text))
        self._kept = text

    def show_sizes(self, sizes: Mapping[str, int | None]) -> None:
        """Shows the sizes of the files in bytes, by path; None for one that is not there."""
        self._files.show_sizes(sizes)

    def add(self, paths: Sequence[str]) -> None:
        """Adds what is typed and `paths` to the list, each once."""
        self._change((*self._paths(), *paths))

    def set_locked(self, locked: bool) -> None:
        """Sets whether the list is read-only."""
        super().set_locked(locked)
        self._list.setEnabled(not locked)
        self.add_file.setEnabled(not locked)
        self._show_removable()

    def _paths(self) -> list[str]:
        return [*self._files.paths, *_paths_in(self._line.text())]

    def _remove(self) -> None:
        chosen = {index.row() for index in self._list.selectionModel().selectedIndexes()}
        if chosen and self._list.isEnabled():
            self._change([path for row, path in enumerate(self._files.paths) if row not in chosen])
            self._list.setFocus()

    def _change(self, paths: Sequence[str]) -> None:
        self._line.clear()
        self._files.show(tuple(dict.fromkeys(paths)))
        self._on_edited()

    def _show_removable(self) -> None:
        self.remove_file.setVisible(self._list.isEnabled() and self._list.selectionModel().hasSelection())


def _paths_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
