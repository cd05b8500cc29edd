"""The top bar: burger button, breadcrumb, search field and the actions of the page."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from smtp_desktop.ui.layout.mirroring import mirrored
from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS, styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme, icon

_HEIGHT_PX, _LOW_PX = 56, 48
_SIDE_PX, _SMALL_SIDE_PX = 16, 12
_GAP_PX, _SMALL_GAP_PX = 14, 10
_CRUMB_PADDING_PX = 10  # with the border
_SEARCH_PX, _LEAST_SEARCH_PX, _SMALL_SEARCH_PX = 320, 160, 72


class TopBar(QFrame):
    """The top bar. The window connects its buttons, crumbs and search field, which are public.

    Where there is no room for the whole breadcrumb, a "…" stands for its beginning.
    """

    searched = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setProperty(ACCESSIBLE_AS, "bar")
        self.setAccessibleName(self.tr("Tools"))
        self.setFixedHeight(_HEIGHT_PX)
        self._small = False
        self.burger = QToolButton()
        self.burger.setObjectName("burgerButton")
        self.burger.setAccessibleName(self.tr("Main menu"))
        self.burger.setToolTip(self.tr("Main menu"))
        self.burger.setIconSize(QSize(18, 18))
        self.area_crumb = _crumb("managementCrumb", self.tr("Management"))
        self.pages_crumb = _crumb("configurationCrumb", self.tr("Configuration Management"))
        self._whole = (self.area_crumb.text(), self.pages_crumb.text())
        self.pages_crumb.setToolTip(" › ".join(self._whole))
        self._marks = [styled_label("‹" if self.isRightToLeft() else "›", "crumb") for _ in self._whole]
        self._page = styled_label("", "crumbPage")
        self.search = _SearchField(self.tr("Search…"), self.tr("Ctrl F"))
        self._turning = False
        self.search.textChanged.connect(self._notify)
        self.check_all_button = styled_button(self.tr("Check all"))
        self.check_all_button.setObjectName("checkAllButton")
        self.create_button = styled_button(self.tr("+ Create New"), "primary")
        self.create_button.setObjectName("createButton")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE_PX, 0, _SIDE_PX, 0)
        row.setSpacing(_GAP_PX)
        row.addWidget(self.burger)
        crumbs = QHBoxLayout()
        crumbs.setSpacing(3)
        for crumb, mark in zip((self.area_crumb, self.pages_crumb), self._marks, strict=True):
            crumbs.addWidget(crumb)
            crumbs.addWidget(mark)
        crumbs.addSpacing(2)
        crumbs.addWidget(self._page)
        row.addLayout(crumbs)
        row.addStretch(1)
        for widget in (self.search, self.check_all_button, self.create_button):
            row.addWidget(widget)
        self.set_theme(theme)

    def show_page(
        self, title: str, *, searching: str, typed: str = "", creates: bool = False, checks: bool = False
    ) -> None:
        """Ends the breadcrumb with `title`, and shows `typed` in the search field with `searching` as its placeholder.
        Hides search if `searching` is empty, "Create New" unless the page `creates`, and "Check all" unless it
        `checks`: elsewhere that would not say what it checks."""
        self._page.setText(title)
        # Not by blocked signals, which would leave the field's clear button as it was.
        self._turning = True
        self.search.show_text(searching, typed)
        self._turning = False
        self.search.setVisible(bool(searching))
        self.check_all_button.setVisible(checks)
        self.create_button.setVisible(creates)
        self._fit()

    def fit(self, *, small: bool, low: bool) -> None:
        """Takes the height and the parts of a window that is `small` or `low`, or neither."""
        self._small = small
        self.setFixedHeight(_LOW_PX if low else _HEIGHT_PX)
        side_px = _SMALL_SIDE_PX if small else _SIDE_PX
        self._row.setContentsMargins(side_px, 0, side_px, 0)
        self._row.setSpacing(_SMALL_GAP_PX if small else _GAP_PX)
        self._fit()

    def _fit(self) -> None:
        short = self._small or self._whole_px() > self.width()
        self.area_crumb.setVisible(not short)
        self._marks[0].setVisible(not short)
        self.pages_crumb.setText("…" if short else self._whole[1])
        self.search.fit(small=short)

    def _whole_px(self) -> int:
        """Returns the width that the bar needs for the whole breadcrumb."""
        metrics = self.area_crumb.fontMetrics()
        crumbs_px = sum(metrics.horizontalAdvance(words) + _CRUMB_PADDING_PX for words in self._whole)
        others = (*self._marks, self._page, self.burger, self.check_all_button, self.create_button)
        others_px = sum(
            part.sizeHint().width() + _GAP_PX for part in others if not part.isHidden() or part in self._marks
        )
        search_px = 0 if self.search.isHidden() else _LEAST_SEARCH_PX
        return crumbs_px + others_px + search_px + 2 * _SIDE_PX

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons in the colours of `theme`."""
        self.burger.setIcon(icon("burger", theme.color("muted"), 18))

    def _notify(self, typed: str) -> None:
        if not self._turning:
            self.searched.emit(typed)


def _crumb(name: str, text: str) -> QPushButton:
    crumb = styled_button(text, "crumb")
    crumb.setObjectName(name)
    crumb.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
    return crumb


_FIELD_SIDES_PX = 22  # border, padding and the field's own margins
_KEY_GAP_PX = 10


class _SearchField(QLineEdit):
    """A search field that shows its shortcut while it is empty, and no longer prompt than it has room for."""

    def __init__(self, short_prompt: str, key: str) -> None:
        super().__init__()
        self.setObjectName("searchField")
        self.setMaximumWidth(_SEARCH_PX)
        self._prompt, self._short_prompt = "", short_prompt
        self._small = False
        self._key = styled_label(key, "count")
        self._key.setParent(self)
        # A click on the label is a click into the field.
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setClearButtonEnabled(True)
        self.textChanged.connect(lambda _: self._show_prompt())
        self.fit(small=False)

    def show_text(self, searching: str, typed: str) -> None:
        """Shows `typed`, with `searching` as placeholder and accessible name."""
        self._prompt = searching
        self.setAccessibleName(searching.removesuffix("…"))
        self.setText(typed)
        self._show_prompt()

    def fit(self, *, small: bool) -> None:
        """Takes less room if `small`, with the short prompt."""
        self._small = small
        self.setMinimumWidth(_SMALL_SEARCH_PX if small else _LEAST_SEARCH_PX)
        self._show_prompt()

    def sizeHint(self) -> QSize:
        return QSize(_SEARCH_PX, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_prompt()

    def _show_prompt(self) -> None:
        room = self.width() - _FIELD_SIDES_PX
        whole = not self._small and self.fontMetrics().horizontalAdvance(self._prompt) <= room
        prompt = self._prompt if whole or not self._prompt else self._short_prompt
        self.setPlaceholderText(prompt)
        self._key.adjustSize()
        key_px = self._key.width() + _KEY_GAP_PX
        fits = self.fontMetrics().horizontalAdvance(prompt) + key_px <= room
        self._key.setVisible(fits and not self._small and not self.text())
        there = QRect(QPoint(self.width() - key_px, (self.height() - self._key.height()) // 2), self._key.size())
        self._key.setGeometry(mirrored(self, there))
