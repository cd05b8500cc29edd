"""The columns of a table as the user chose them: their widths, which are shown, and by which one rows are sorted."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QWidget

from smtp_desktop.ui.widgets.popups import Menu

_LEAST_PX, _LEAST_STRETCHED_PX = 40, 120
_MOST_PX = 2000
_PAUSE_MS = 200
_ORDERS = (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """Widths in pixels and hidden columns, by the columns' names. `sorted_by` is empty where nobody chose an order."""

    widths: Mapping[str, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    sorted_by: str = ""
    descending: bool = False


def kept_text(choice: ColumnChoice) -> str:
    """Returns the text from which `choice_of` makes the same choice."""
    values = {"widths": dict(choice.widths), "hidden": sorted(choice.hidden)}
    return json.dumps(values | {"sorted_by": choice.sorted_by, "descending": choice.descending})


def choice_of(text: str) -> ColumnChoice:
    """Returns what was kept; what makes no sense there is left out."""
    try:
        kept = json.loads(text)
    except ValueError:
        return ColumnChoice()
    if not isinstance(kept, dict):
        return ColumnChoice()
    widths, hidden = kept.get("widths"), kept.get("hidden")
    sorted_by = kept.get("sorted_by")
    return ColumnChoice(
        widths={
            name: min(max(width, _LEAST_PX), _MOST_PX)
            for name, width in (widths.items() if isinstance(widths, dict) else ())
            if isinstance(width, int)
        },
        hidden=frozenset(name for name in (hidden if isinstance(hidden, list) else ()) if isinstance(name, str)),
        sorted_by=sorted_by if isinstance(sorted_by, str) else "",
        descending=kept.get("descending") is True,
    )


class TableColumns(QObject):
    """Lets the user drag the columns of a table, hide them in the menu of the header, and sort by them where the table
    can be sorted. One column takes the room that the others leave, and is always shown."""

    changed = Signal(str)
    """The user made another choice. Carries it as text."""
    room_changed = Signal()
    """The table has another width: other columns may be usual now."""

    def __init__(self, table: QTableView, names: Sequence[str], *, stretched: int, always: int | None = None) -> None:
        """`names` are those by which the choice is kept, in the order of the columns; `always` is a further one that
        can't be hidden."""
        super().__init__(table)
        self._table, self._names, self._stretched = table, tuple(names), stretched
        self._always = frozenset({stretched, stretched if always is None else always})
        self.choice = ColumnChoice()
        self._usual: Mapping[int, int] = {}
        self._left_out: Collection[int] = ()
        self._applying = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.changed.emit(kept_text(self.choice)))
        header = table.horizontalHeader()
        header.setMinimumSectionSize(_LEAST_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._pop_up)
        header.sectionResized.connect(self._on_resized)
        header.sortIndicatorChanged.connect(self._on_sorted)
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.room_changed.emit()
            self._apply()
        return False

    def choose(self, choice: ColumnChoice) -> None:
        """Applies a choice that was kept."""
        self.choice = choice
        if choice.sorted_by in self._names and self._table.isSortingEnabled():
            self._applying = True
            self._table.sortByColumn(self._names.index(choice.sorted_by), _ORDERS[choice.descending])
            self._applying = False
        self._apply()

    def set_usual(self, widths_px: Mapping[int, int], left_out: Collection[int] = ()) -> None:
        """Sets the widths of the columns that the user has not dragged, and those for which there is no room now."""
        self._usual, self._left_out = widths_px, left_out
        self._apply()

    def menu(self, parent: QWidget) -> QMenu:
        """Returns the menu in which columns are shown and hidden."""
        menu = Menu(parent, "columnsMenu", self.tr("Columns"))
        model = self._table.model()
        for column, name in enumerate(self._names):
            action = menu.addAction(str(model.headerData(column, Qt.Orientation.Horizontal)))
            action.setObjectName(f"{name}ColumnAction")
            action.setCheckable(True)
            action.setChecked(name not in self.choice.hidden)
            action.setEnabled(column not in self._always)
            action.toggled.connect(lambda shown, name=name: self._show(name, shown))
        menu.addSeparator()
        usual = menu.addAction(self.tr("Default columns"))
        usual.setObjectName("usualColumnsAction")
        usual.triggered.connect(self._reset)
        return menu

    def _pop_up(self, at: QPoint) -> None:
        menu = self.menu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.horizontalHeader().mapToGlobal(at))

    def _show(self, name: str, shown: bool) -> None:
        hidden = self.choice.hidden - {name} if shown else self.choice.hidden | {name}
        self._take(replace(self.choice, hidden=hidden))
        self._apply()

    def _reset(self) -> None:
        self._take(replace(self.choice, widths={}, hidden=frozenset()))
        self._apply()

    def _on_resized(self, column: int, _: int, width: int) -> None:
        if not self._applying and column != self._stretched and width:
            self._take(replace(self.choice, widths={**self.choice.widths, self._names[column]: width}))

    def _on_sorted(self, column: int, order: Qt.SortOrder) -> None:
        if not self._applying and 0 <= column < len(self._names):
            descending = order is Qt.SortOrder.DescendingOrder
            self._take(replace(self.choice, sorted_by=self._names[column], descending=descending))

    def _take(self, choice: ColumnChoice) -> None:
        self.choice = choice
        self._pause.start()

    def _apply(self) -> None:
        self._applying = True
        shown = []
        for column, name in enumerate(self._names):
            hidden = column not in self._always and (name in self.choice.hidden or column in self._left_out)
            self._table.setColumnHidden(column, hidden)
            if not hidden and column != self._stretched:
                shown.append(column)
        for column, width in self._fitted(shown).items():
            self._table.setColumnWidth(column, width)
        self._applying = False

    def _fitted(self, shown: Sequence[int]) -> dict[int, int]:
        """Returns the widths of these columns: as chosen, but never so wide that the others are out of sight."""
        usual = {column: self._usual.get(column, self._table.columnWidth(column)) for column in shown}
        wanted = {column: self.choice.widths.get(self._names[column], usual[column]) for column in shown}
        all_px = self._table.viewport().width()
        room = max(all_px - _LEAST_STRETCHED_PX, min(sum(usual.values()), all_px - _LEAST_PX))
        total = sum(wanted.values())
        if total <= room:
            return wanted
        return {column: max(_LEAST_PX, width * room // total) for column, width in wanted.items()}


class ColumnKeeper:
    """Remembers the columns of each table."""

    def __init__(self, kept: Mapping[str, str], put: Callable[[str, str], object]) -> None:
        """`kept` are the preferences; `put` stores one of them."""
        self._kept = dict(kept)
        self._put = put

    def keep(self, table: str, columns: TableColumns) -> None:
        """Applies what was kept of the table of that name, and keeps what is chosen from now on."""
        key = f"columns.{table}"
        columns.choose(choice_of(self._kept.get(key, "")))
        columns.changed.connect(lambda text: self._store(key, text))

    def _store(self, key: str, text: str) -> None:
        self._kept[key] = text
        self._put(key, text)
