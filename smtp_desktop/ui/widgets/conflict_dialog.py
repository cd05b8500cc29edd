"""The dialog about what was changed meanwhile: mine or theirs, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.delivery.hold_words import moment_text
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.field import object_name
from smtp_desktop.ui.widgets.fields import Choice
from smtp_desktop.ui.widgets.form_panel import FormTimes
from smtp_desktop.ui.widgets.message_text import set_tip
from smtp_desktop.ui.widgets.segments import SegmentChoice

_WIDTH_PX = 600  # fits the smallest window
_USUAL_WIDTH_PX, _MARGIN_PX = 820, 40
_TABLE_PX = 220  # it scrolls
_CELL_CHARS = 40
_CELL_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """Fields that go together. `key` is the name of the first in snake case; `mine` or `theirs` is empty where that
    side left them as they were `before`."""

    key: str
    label: str
    mine: str
    theirs: str
    before: str


def value_words(editor: QWidget | None, value: object) -> str:
    """Returns the value of a field that has this editor, as a row shows it; never nothing."""
    if isinstance(value, bool):
        source = "Yes" if value else "No"
        return QCoreApplication.translate("ConflictDialog", source)
    if isinstance(editor, Choice | SegmentChoice):
        return editor.words_for(value)
    return str("" if value is None else value) or QCoreApplication.translate("ConflictDialog", "empty")


class ConflictDialog(Dialog):
    """Asks for each row whose values are kept. What only one side changed is chosen already."""

    chosen = Signal(object)
    """Carries the keys of the rows that are to be as the user's form has them, as a frozenset; all others are to be as
    the others stored them."""

    def __init__(
        self, parent: QWidget, *, name: str, rows: Sequence[ConflictRow], times: FormTimes, note: str = ""
    ) -> None:
        """`name` is that of what was changed; `note` is shown below the rows."""
        title = self.tr("{name} has been changed").format(name=name)
        super().__init__(parent, name="conflictDialog", title=title, width=_WIDTH_PX)
        self._rows = tuple(rows)
        self._groups: dict[str, QButtonGroup] = {}
        self.body.addWidget(styled_label(self._intro(times), "muted", wrap=True))
        self.body.addWidget(self._make_table(), 1)
        if note:
            self.body.addWidget(styled_label(note, "hint", wrap=True))
        self._add_buttons()
        self._enable_ok()
        self.resize(max(_WIDTH_PX, min(_USUAL_WIDTH_PX, parent.window().width() - _MARGIN_PX)), self.height())
        self.fit()
        self._cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _intro(self, times: FormTimes) -> str:
        now = datetime.now(UTC)
        form = self.tr(
            "It was changed elsewhere at {changed}. You opened it at {opened} and have not saved yet. "
            "Choose what to keep."
        )
        changed, opened = times.changed_at or now, times.opened_at
        return form.format(changed=moment_text(changed, now), opened=moment_text(opened, now))

    def _make_table(self) -> QScrollArea:
        content = QFrame()
        content.setProperty("area", "box")
        grid = QGridLayout(content)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(10)
        heads = (self.tr("Field"), self.tr("Mine"), self.tr("Theirs"), self.tr("Before"))
        for column, head in enumerate(heads):
            grid.addWidget(styled_label(head, "label"), 0, column)
            grid.setColumnStretch(column, 1)
        for number, row in enumerate(self._rows, start=1):
            self._add_row(grid, number, row)
        grid.setRowStretch(len(self._rows) + 1, 1)
        area = QScrollArea()
        area.setObjectName("differences")
        area.setAccessibleName(self.tr("What differs"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(content)
        area.setMinimumHeight(min(content.sizeHint().height(), _TABLE_PX))
        return area

    def _add_row(self, grid: QGridLayout, number: int, row: ConflictRow) -> None:
        label = QWidget()
        column = QVBoxLayout(label)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(styled_label(row.label, "section", wrap=True))
        if row.mine and row.theirs:
            both = styled_label(self.tr("both changed"), "warningChip")
            column.addWidget(both, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)
        grid.addWidget(label, number, 0)
        group = self._groups[row.key] = QButtonGroup(self)
        sides = ((row.mine, "Mine", self.tr("Mine")), (row.theirs, "Theirs", self.tr("Theirs")))
        for place, (value, suffix, side) in enumerate(sides, start=1):
            words = value or self.tr("as before")
            button = QRadioButton(_short(words).replace("&", "&&"))
            button.setObjectName(object_name(row.key, suffix))
            button.setAccessibleName(f"{row.label}, {side}: {words}")
            set_tip(button, words)
            button.setChecked(bool(value) and not (row.mine and row.theirs))
            group.addButton(button, place)
            grid.addWidget(button, number, place, Qt.AlignmentFlag.AlignTop)
        before = styled_label(_short(row.before), "muted", wrap=True)
        set_tip(before, row.before)
        grid.addWidget(before, number, 3, Qt.AlignmentFlag.AlignTop)
        group.idToggled.connect(self._enable_ok)

    def _add_buttons(self) -> None:
        lost_mine = self._labels([row for row in self._rows if row.mine])
        lost_theirs = self._labels([row for row in self._rows if row.theirs])
        take = self._add_choice("takeTheirsButton", self.tr("Take theirs"), lost_mine)
        take.clicked.connect(lambda: self._choose(frozenset()))
        keep = self._add_choice("keepMineButton", self.tr("Keep mine"), lost_theirs)
        keep.clicked.connect(lambda: self._choose(frozenset(row.key for row in self._rows)))
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._ok = self.add_ok(self.tr("Save merged"))
        self._ok.clicked.connect(lambda: self._choose(self._kept()))

    def _add_choice(self, name: str, text: str, lost: str) -> QPushButton:
        button = styled_button(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        set_tip(button, self.tr("This discards: {fields}").format(fields=lost))
        self.footer.addWidget(button)
        return button

    def _labels(self, rows: Sequence[ConflictRow]) -> str:
        return ", ".join(row.label for row in rows) or self.tr("nothing")

    def _kept(self) -> frozenset[str]:
        return frozenset(key for key, group in self._groups.items() if group.checkedId() == 1)

    def _enable_ok(self) -> None:
        self._ok.setEnabled(all(group.checkedId() > 0 for group in self._groups.values()))

    def _choose(self, mine: frozenset[str]) -> None:
        self.accept()
        self.chosen.emit(mine)


def _short(words: str) -> str:
    """Returns what a cell shows: a few short lines."""
    lines = [line if len(line) <= _CELL_CHARS else f"{line[: _CELL_CHARS - 1]}…" for line in words.splitlines()]
    return "\n".join([*lines[:_CELL_LINES], "…"] if len(lines) > _CELL_LINES else lines)
