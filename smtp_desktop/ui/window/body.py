"""The body of the window below the top bar: entity panel, page and Info panel, arranged by the room that there is."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from smtp_desktop.ui.layout.mirroring import margins, mirrored
from smtp_desktop.ui.layout.room import is_small, set_margins
from smtp_desktop.ui.window.entity_panel import FOLDED_PX, EntityPanel

PANEL_PX = 404
_PANEL_MIN_PX, _PANEL_MAX_PX = 340, 640
_BESIDE_PANEL_PX = 324  # the folded entity panel, and one column of cards with a gap of 12 on either side
_LEAST_PAGE_PX = 200
_SHADOW_PX, _SHADOW_ALPHA = 12, 22


class WindowBody(QWidget):
    """Keeps the entity panel folded while the window is small, and unfolds it over the page there.

    The Info panel is as wide as the user left it, but never so wide that a small window has no room for a column of
    cards: that column stays whole, and all cards are in it.
    """

    def __init__(self, entities: EntityPanel, *, panel_width_px: int) -> None:
        super().__init__()
        self.pages, self.panels = QStackedWidget(), QStackedWidget()
        self._entities = entities
        self._panel_px = panel_width_px
        self._small = False
        self._wanted_folded = entities.folded
        self._shadow: _Shadow | None = None
        self._splitter = QSplitter()
        self._row = QHBoxLayout(self)
        self._lay_out()
        entities.toggled.connect(self._on_toggled)

    @property
    def panel_width_px(self) -> int:
        """The width of the Info panel that the user chose."""
        return self._panel_px

    @property
    def folded(self) -> bool:
        """Whether the user wants the entity panel folded where there is room for it."""
        return self._wanted_folded

    def set_folded(self, folded: bool) -> None:
        """Folds the entity panel, or unfolds it, for windows in which there is room for it."""
        self._wanted_folded = folded
        self._entities.set_folded(folded or self._small)
        self._place_entities()

    def fold_away(self) -> bool:
        """Folds the entity panel if it lies over the page; returns whether it did."""
        if not self._small or self._entities.folded:
            return False
        self._entities.set_folded(True)
        self._place_entities()
        return True

    def show_panel(self, shown: bool) -> None:
        """Shows the Info panel beside the page, or hides it."""
        self.panels.setVisible(shown)
        self._place_panel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        small = is_small(self)
        if small is not self._small:
            self._small = small
            self._entities.set_folded(small or self._wanted_folded)
        self._place_entities()
        self._place_panel()

    def _lay_out(self) -> None:
        self.pages.setObjectName("pages")
        # Or pages that are not shown, and have not taken the present width, would say how narrow it can be.
        self.pages.setMinimumSize(_LEAST_PAGE_PX, 1)
        self.panels.setObjectName("panels")
        self.panels.hide()
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.pages)
        self._splitter.addWidget(self.panels)
        self._splitter.setStretchFactor(0, 1)
        self.pages.lower()  # a splitter puts each widget below those before
        self._splitter.splitterMoved.connect(lambda *_: self._note_panel_width())
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._entities.setParent(self)
        self._row.addWidget(self._splitter)

    def _on_toggled(self) -> None:
        if not self._small:
            self._wanted_folded = self._entities.folded
        self._place_entities()

    def _place_entities(self) -> None:
        slot_px = FOLDED_PX if self._small else self._entities.width()
        set_margins(self._row, margins(slot_px, 0, 0, 0))
        there = QRect(0, 0, self._entities.width(), self.height())
        self._entities.setGeometry(mirrored(self, there))
        # Read before the page, since screen readers read from below, but for where it lies over that.
        if self._small and not self._entities.folded:
            self._entities.raise_()
        else:
            self._entities.lower()

    def _place_panel(self) -> None:
        if self.panels.isHidden():
            if self._shadow:
                self._shadow.hide()
            return
        most = max(_PANEL_MIN_PX, self.width() - _BESIDE_PANEL_PX) if self._small else _PANEL_MAX_PX
        self.panels.setMinimumWidth(_PANEL_MIN_PX)
        self.panels.setMaximumWidth(min(most, _PANEL_MAX_PX))
        width = max(_PANEL_MIN_PX, min(self._panel_px, most))
        self._splitter.setHandleWidth(1 if most > _PANEL_MIN_PX else 0)  # there is nothing to drag
        self._row.activate()
        self._splitter.setSizes([max(1, self._splitter.width() - width - self._splitter.handleWidth()), width])
        self._place_shadow()

    def _note_panel_width(self) -> None:
        self._panel_px = self.panels.width()
        self._place_shadow()

    def _place_shadow(self) -> None:
        if self._small and self._shadow is None:
            self._shadow = _Shadow(self)
        if self._shadow is None:
            return
        self._shadow.setVisible(self._small)
        panel = QRect(self.panels.mapTo(self, self.panels.rect().topLeft()), self.panels.size())
        left = panel.right() + 1 if self.isRightToLeft() else panel.left() - _SHADOW_PX
        self._shadow.setGeometry(left, 0, _SHADOW_PX, self.height())


class _Shadow(QWidget):
    """The shadow that the Info panel throws onto the page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for step in range(_SHADOW_PX):
            x = _SHADOW_PX - 1 - step if self.isRightToLeft() else step
            painter.fillRect(x, 0, 1, self.height(), QColor(16, 24, 40, _SHADOW_ALPHA * step * step // _SHADOW_PX**2))
        painter.end()
