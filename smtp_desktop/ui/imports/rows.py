"""The model of what was found: a row each, with a tick box, a choice, or a way to what it lacks."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt, Signal

from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.cards.card_cache import Tick
from smtp_desktop.ui.imports.found import FoundColumn, FoundRow, FoundTone, Place
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip

SHOWN_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which the model returns the ShownRow of any cell, the only one that the table paints from."""
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class Way(Enum):
    """How the last column says what is done with a row: by nothing, a choice, or a link."""

    NONE = auto()
    CHOICE = auto()
    PASSWORD = auto()
    DETAILS = auto()


class ShownRow:
    """Everything that a row shows: what was found, and what the user chose. It is never changed."""

    def __init__(self, row: FoundRow, action: ImportAction, password: Secret | None = None) -> None:
        self.row, self.action, self.password = row, action, password
        self.is_ticked = action is not ImportAction.SKIP
        beside = action is ImportAction.KEEP_BOTH and row.another_needs_password
        self.needs_password = row.needs_password or beside
        self.lacks_password = self.is_ticked and self.needs_password and password is None
        """Whether it will be there without the password that it needs."""

    @property
    def tick(self) -> Tick | None:
        """Its tick box; None where it has none."""
        if self.row.ticked is ImportAction.SKIP:
            return None
        return Tick.ON if self.is_ticked else Tick.OFF

    @property
    def way(self) -> Way:
        if self.tick is None:
            return Way.DETAILS
        if self.row.has_choice:
            return Way.CHOICE
        return Way.PASSWORD if self.row.needs_password else Way.NONE

    @property
    def tone(self) -> FoundTone:
        return FoundTone.NEW if self.password and self.row.tone is FoundTone.LACKS else self.row.tone

    def text(self, column: FoundColumn) -> str:
        """Returns the first line of a cell."""
        match column:
            case FoundColumn.NAME:
                return self.row.name or "–"
            case FoundColumn.SERVER:
                return self.row.server or "–"
            case FoundColumn.USER:
                return self.row.user or "–"
            case FoundColumn.WHERE:
                return self.row.place.name
            case FoundColumn.STATE:
                return self.row.state
            case FoundColumn.WHAT:
                return self._what()

    def second(self, column: FoundColumn) -> str:
        """Returns the second line of a cell."""
        match column:
            case FoundColumn.WHERE:
                return line_words(self.row.place)
            case FoundColumn.STATE:
                return _tr("Password entered") if self.password else self.row.more
            case _:
                return ""

    @property
    def password_words(self) -> str:
        """What leads to the password that it needs."""
        if self.row.secret:
            change, enter = _tr("Change {secret}…"), _tr("Enter {secret}…")
            return (change if self.password else enter).format(secret=self.row.secret)
        return _tr("Change password…") if self.password else _tr("Enter password…")

    def _what(self) -> str:
        match self.way:
            case Way.CHOICE:
                return action_words(self.action)
            case Way.PASSWORD:
                return self.password_words
            case Way.DETAILS:
                return _tr("Show line") if self.row.place.line else _tr("Details…")
            case Way.NONE:
                return ""


class FoundRows(QAbstractTableModel):
    """The rows, with what the user chose for each. Rows that are shown again keep it."""

    choices_changed = Signal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._found: Sequence[FoundRow] = ()
        self._chosen: dict[int, ShownRow] = {}
        """The rows for which the user chose something, by their numbers here."""
        self.tickable = self.ticked = self.lacking = 0
        """How many rows have a tick box, how many of these are ticked, and how many of those have no password yet."""

    def show(self, rows: Sequence[FoundRow]) -> None:
        """Shows these rows in place of those of before; what was chosen for the same ones stays."""
        self.beginResetModel()
        self._chosen = self._kept(rows)
        self._found = rows
        self._count()
        self.endResetModel()
        self.choices_changed.emit()

    def _kept(self, rows: Sequence[FoundRow]) -> dict[int, ShownRow]:
        """Returns what was chosen for those of the rows that were shown before, by their numbers now."""
        if not self._chosen:
            return {}
        before = {self._found[number].key: shown for number, shown in self._chosen.items()}
        kept = ((number, row, before.get(row.key)) for number, row in enumerate(rows))
        return {
            number: ShownRow(row, shown.action, shown.password)
            for number, row, shown in kept
            if shown and set(shown.row.actions) == set(row.actions)
        }

    @property
    def tick(self) -> Tick:
        """Whether all rows are ticked that can be, some, or none."""
        if not self.ticked:
            return Tick.OFF
        return Tick.ON if self.ticked == self.tickable else Tick.SOME

    def choices(self) -> dict[int, ImportChoice]:
        """Returns what is done with each row that is ticked, by its number."""
        shown = map(self.shown_at, range(len(self._found)))
        return {
            one.row.number: ImportChoice(action=one.action, password=one.password) for one in shown if one.is_ticked
        }

    def shown_at(self, row: int) -> ShownRow:
        """Returns what the row shows."""
        found = self._found[row]
        return self._chosen.get(row) or ShownRow(found, found.proposed)

    def choose(self, row: int, action: ImportAction) -> None:
        """Chooses what is done with a row."""
        shown = self.shown_at(row)
        if action in (*shown.row.actions, ImportAction.SKIP) and action is not shown.action:
            self._change(row, ShownRow(shown.row, action, shown.password))

    def toggle(self, row: int) -> None:
        """Ticks the row, or no longer."""
        shown = self.shown_at(row)
        if shown.tick is not None:
            self.choose(row, ImportAction.SKIP if shown.is_ticked else shown.row.ticked)

    def toggle_all(self) -> None:
        """Ticks all rows; none, where all are ticked."""
        wanted = self.tick is not Tick.ON
        chosen = dict(self._chosen)
        for number in range(len(self._found)):
            shown = self.shown_at(number)
            if shown.tick is not None and shown.is_ticked is not wanted:
                action = shown.row.ticked if wanted else ImportAction.SKIP
                chosen[number] = ShownRow(shown.row, action, shown.password)
        self._chosen = chosen
        self._count()
        if self._found:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._found) - 1, len(FoundColumn) - 1))
        self.choices_changed.emit()

    def set_password(self, row: int, password: Secret) -> None:
        """Gives a row the password that it needs, and ticks it."""
        shown = self.shown_at(row)
        self._change(row, ShownRow(shown.row, shown.action if shown.is_ticked else shown.row.ticked, password))

    def _change(self, row: int, changed: ShownRow) -> None:
        before, self._chosen[row] = self.shown_at(row), changed
        self.ticked += changed.is_ticked - before.is_ticked
        self.lacking += changed.lacks_password - before.lacks_password
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(FoundColumn) - 1))
        self.choices_changed.emit()

    def _count(self) -> None:
        skip, found = ImportAction.SKIP, self._found
        self.tickable = sum(row.ticked is not skip for row in found)
        self.ticked = sum(row.proposed is not skip for row in found)
        self.lacking = sum(row.needs_password and row.proposed is not skip for row in found)
        for shown in self._chosen.values():
            before = ShownRow(shown.row, shown.row.proposed)
            self.ticked += shown.is_ticked - before.is_ticked
            self.lacking += shown.lacks_password - before.lacks_password

    # What Qt asks for

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._found)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(FoundColumn)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        ticks = index.isValid() and index.column() == FoundColumn.NAME and self.shown_at(index.row()).tick is not None
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable if ticks else super().flags(index)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        shown = orientation is Qt.Orientation.Horizontal and role == _Role.DisplayRole
        return _titles()[section] if shown else None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        shown, column = self.shown_at(index.row()), FoundColumn(index.column())
        match role:
            case _Role.DisplayRole:
                return one_line(shown.text(column))
            case _Role.AccessibleTextRole:
                return ". ".join(one_line(part) for part in (shown.text(column), shown.second(column)) if part)
            case _Role.CheckStateRole:
                return _check_state(shown) if column is FoundColumn.NAME else None
            case _Role.ToolTipRole:
                return plain_tip("\n".join(part for part in _tip(shown, column) if part))
            case _:
                return shown if role == SHOWN_ROLE else None

    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        shown = self.shown_at(index.row())
        if role != _Role.CheckStateRole or index.column() != FoundColumn.NAME or shown.tick is None:
            return False
        if (Qt.CheckState(value) is Qt.CheckState.Checked) is not shown.is_ticked:
            self.toggle(index.row())
        return True


def line_words(place: Place) -> str:
    """Returns the line in words; empty where the whole file is meant."""
    return _tr("line {n}").format(n=f"{place.line:,}") if place.line else ""


def action_words(action: ImportAction) -> str:
    """Returns the name of what can be done with a row."""
    return {
        ImportAction.SKIP: _tr("Skip"),
        ImportAction.IMPORT: _tr("Import"),
        ImportAction.UPDATE: _tr("Update"),
        ImportAction.KEEP_BOTH: _tr("Keep both"),
    }[action]


def _check_state(shown: ShownRow) -> Qt.CheckState | None:
    if shown.tick is None:
        return None
    return Qt.CheckState.Checked if shown.is_ticked else Qt.CheckState.Unchecked


def _tip(shown: ShownRow, column: FoundColumn) -> tuple[str, ...]:
    match column:
        case FoundColumn.WHERE:
            return (shown.row.place.file, shown.second(column))
        case FoundColumn.STATE | FoundColumn.WHAT:
            return (shown.text(FoundColumn.STATE), shown.second(FoundColumn.STATE), *shown.row.notes)
        case _:
            return (shown.row.name, shown.row.server, shown.row.user)


def _titles() -> tuple[str, ...]:
    return (_tr("Name"), _tr("Server"), _tr("User"), _tr("Where"), _tr("State"), _tr("What to do"))


def _tr(source: str) -> str:
    return QCoreApplication.translate("FoundRows", source)
