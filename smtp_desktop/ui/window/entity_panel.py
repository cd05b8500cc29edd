"""The entity panel on the left, with one entry for each page."""

import re

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.layout.room import set_margins
from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS, set_style_property, styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme, icon

_WIDE_PX, FOLDED_PX = 208, 56
_MARGINS_PX, _FOLDED_MARGINS_PX = (10, 18, 10, 14), (10, 8, 10, 8)
_ROW_PX, _BADGE_ROW_PX = (10, 0, 3, 0), (10, 0, 10, 0)  # so that a badge ends where a plain count does
_DOT_PX, _DOT_AT = 8, (24, 5)  # beside the upper right corner of the icon
_BESIDE_WORDS_PX = 20 + 42 + 16  # the panel's margins; an entry's icon, margins and border; room before the count
_NUMBER = re.compile(r"\d(?:[\d.,\u00a0\u202f]*\d)?")


class EntityPanel(QFrame):
    """Emits the key of the page to show. `entries` are (key, icon name, label); the last one is at the bottom, above
    the button that folds the panel."""

    chosen = Signal(str)
    """The key of the page to show."""
    toggled = Signal()
    """The user folded the panel, or unfolded it."""

    def __init__(self, entries: tuple[tuple[str, str, str], ...], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("entityPanel")
        self.setProperty(ACCESSIBLE_AS, "tabs")
        self.setAccessibleName(self.tr("Pages"))
        self._entries = {key: (name, words) for key, name, words in entries}
        self._buttons: dict[str, QPushButton] = {}
        self._rows: dict[str, QHBoxLayout] = {}
        self._counts = {key: styled_label("", "navCount") for key in self._entries}
        self._count_words = dict.fromkeys(self._entries, "")
        self._dots: dict[str, QLabel] = {}
        self._title = styled_label(self.tr("Configuration Management"), "navTitle", wrap=True)
        self._fold_key = styled_label("F9", "navCount")
        self._fold = self._make_fold_button()
        self._group = QButtonGroup(self)
        self._folded = False
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS_PX)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addSpacing(4)
        last = entries[-1][0]
        for key, (_, words) in self._entries.items():
            if key == last:
                column.addStretch(1)
            column.addWidget(self._make_button(key, words))
        column.addWidget(self._fold)
        self.setFixedWidth(_WIDE_PX)
        self.show_chosen(next(iter(self._entries)))
        self.set_theme(theme)
        for key, button in self._buttons.items():
            button.toggled.connect(lambda _, key=key: self._color_icon(key))

    @property
    def folded(self) -> bool:
        return self._folded

    def set_folded(self, folded: bool) -> None:
        """Shows icons alone, or icons with their words."""
        self._folded = folded
        self.setFixedWidth(FOLDED_PX if folded else _WIDE_PX)
        self._column.setContentsMargins(*(_FOLDED_MARGINS_PX if folded else _MARGINS_PX))
        self._title.setVisible(not folded)
        self._fold_key.setVisible(not folded)
        self._say_fold()
        for key, button in self._buttons.items():
            button.setText("" if folded else f"  {self._entries[key][1]}")
            self._counts[key].setVisible(not folded)
            self._show_dot(key)
            self._set_tool_tip(key)

    def toggle(self) -> None:
        """Folds the panel, or unfolds it."""
        self.set_folded(not self._folded)
        self.toggled.emit()

    def set_count(self, key: str, words: str, *, tone: Tone = Tone.NONE, meaning: str = "") -> None:
        """Shows `words` at the right end of the entry, in the colour of `tone`; `meaning` is what they stand for."""
        if key in self._counts:
            marked = bool(words) and tone is not Tone.NONE
            set_style_property(self._counts[key], "tone", tone.value if marked else Tone.NONE.value)
            set_margins(self._rows[key], margins(*(_BADGE_ROW_PX if marked else _ROW_PX)))
            self._count_words[key] = words
            self._counts[key].setText(self._fitting(key))
            self._show_dot(key)
            self._buttons[key].setAccessibleDescription(meaning)
            self._set_tool_tip(key)

    def show_chosen(self, key: str) -> None:
        """Marks the entry of the page that is shown."""
        self._buttons[key].setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons in the colours of `theme`."""
        self._theme = theme
        for key in self._buttons:
            self._color_icon(key)
        self._say_fold()

    def _make_button(self, key: str, words: str) -> QPushButton:
        button = styled_button(f"  {words}", "nav", accessible_as="tab")
        button.setObjectName(f"{key}Entry")
        button.setAccessibleName(words)
        button.setCheckable(True)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._group.addButton(button)
        self._counts[key].setProperty("tone", Tone.NONE.value)
        row = self._rows[key] = QHBoxLayout(button)
        row.setContentsMargins(margins(*_ROW_PX))
        row.addStretch(1)
        self._counts[key].setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row.addWidget(self._counts[key])
        self._buttons[key] = button
        return button

    def _make_fold_button(self) -> QPushButton:
        button = styled_button("", "nav")
        button.setObjectName("foldButton")
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(self.toggle)
        row = QHBoxLayout(button)
        row.setContentsMargins(margins(*_ROW_PX))
        row.addStretch(1)
        row.addWidget(self._fold_key)
        return button

    def _say_fold(self) -> None:
        words = self.tr("Unfold panel") if self._folded else self.tr("Fold panel")
        self._fold.setText("" if self._folded else f"  {words}")
        self._fold.setAccessibleName(words)
        self._fold.setToolTip(f"{words} (F9)" if self._folded else "")
        self._fold.setIcon(
            icon("unfold" if self._folded is not self.isRightToLeft() else "fold", self._theme.color("muted"), 16)
        )

    def _make_dot(self, key: str) -> QLabel:
        dot = styled_label("", "navDot")
        dot.setParent(self._buttons[key])
        dot.setFixedSize(_DOT_PX, _DOT_PX)
        left, top = _DOT_AT
        dot.move(FOLDED_PX - 20 - left - _DOT_PX if self.isRightToLeft() else left, top)
        return dot

    def _show_dot(self, key: str) -> None:
        # Folded there is no room for a count: a dot says that it warns, and the tool tip why.
        tone = self._counts[key].property("tone")
        wanted = self._folded and tone != Tone.NONE.value
        if wanted and key not in self._dots:
            self._dots[key] = self._make_dot(key)
        if key in self._dots:
            set_style_property(self._dots[key], "tone", tone)
            self._dots[key].setVisible(wanted)

    def _set_tool_tip(self, key: str) -> None:
        said, counted = self._buttons[key].accessibleDescription(), self._count_words[key]
        # The number alone says nothing; "3 waiting" does.
        counted = (
            "" if _NUMBER.fullmatch(counted) or (not self._folded and counted == self._counts[key].text()) else counted
        )
        words = (self._entries[key][1] if self._folded else "", said or counted)
        self._buttons[key].setToolTip(": ".join(part for part in words if part))

    def _fitting(self, key: str) -> str:
        """Returns the words of the count, or its number alone where they would run into the name of the entry."""
        words, number = self._count_words[key], _NUMBER.search(self._count_words[key])
        name_px = self._buttons[key].fontMetrics().horizontalAdvance(f"  {self._entries[key][1]}")
        needed_px = name_px + self._counts[key].fontMetrics().horizontalAdvance(words) + _BESIDE_WORDS_PX
        return number[0] if number and needed_px > _WIDE_PX else words

    def _color_icon(self, key: str) -> None:
        button = self._buttons[key]
        token = "accent" if button.isChecked() else "muted"
        button.setIcon(icon(self._entries[key][0], self._theme.color(token), 16))
