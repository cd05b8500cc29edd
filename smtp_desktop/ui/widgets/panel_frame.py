"""The base of all Info panels: a title, a scrolling body, and a footer."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from smtp_desktop.ui.accessibility.reading_order import read_in_order
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.layout.room import is_low
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.widgets.labels import Caption

_SIDE_PX = 20
_TOP_PX = 16
_HEADER_PX, _LOW_HEADER_PX = 56, 44
_FOOTER_PX, _LOW_FOOTER_PX = 64, 52
_FOOTER_GAP_PX = 10
_BUTTON_PX = 34
_ALL = 1_000  # against the stretch of 1 below the content


class PanelFrame(QFrame):
    """A header with a title and ✕, a scrolling body with a note at its top, and a footer."""

    close_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("area", "panel")
        self._title = Caption("panelTitle")
        self._close = QToolButton()
        self._note = Caption("error", wraps=True, announces=True)
        self._progress = Caption("muted", wraps=True, announces=True)
        self._scroll = QScrollArea()
        self._body = QFrame()
        self._footer = WrapLayout()
        layout = QVBoxLayout(self)
        # The theme draws the line between panel and page here.
        layout.setContentsMargins(margins(1, 0, 0, 0))
        layout.setSpacing(0)
        self._header = self._make_header()
        layout.addWidget(self._header)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._progress)
        layout.addWidget(self._make_footer())
        self._progress.setObjectName("panelProgress")
        self._progress.setContentsMargins(_SIDE_PX, 8, _SIDE_PX, 8)
        self._progress.hide()

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("area", "panelHeader")
        header.setFixedHeight(_HEADER_PX)
        self._close.setObjectName("closeButton")
        self._close.setText("✕")
        self._close.setAccessibleName(self.tr("Close"))
        self._close.setToolTip(self.tr("Close"))
        self._close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close.clicked.connect(self.close_requested)
        layout = QHBoxLayout(header)
        layout.setContentsMargins(margins(_SIDE_PX, 0, 12, 0))
        layout.addWidget(self._title, 1)
        layout.addWidget(self._close)
        return header

    def _make_footer(self) -> QFrame:
        footer = QFrame()
        footer.setProperty("area", "panelFooter")
        footer.setLayout(self._footer)
        self._footer.setSpacing(_FOOTER_GAP_PX)
        self._fit_bars(low=False)
        return footer

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars(low=is_low(self))

    def _fit_bars(self, *, low: bool) -> None:
        self._header.setFixedHeight(_LOW_HEADER_PX if low else _HEADER_PX)
        # The footer is higher where its buttons need two lines.
        above = ((_LOW_FOOTER_PX if low else _FOOTER_PX) - _BUTTON_PX) // 2
        self._footer.setContentsMargins(_SIDE_PX, above - 1, _SIDE_PX, above)  # below a line

    def _set_content(self, content: QWidget) -> None:
        body = self._body
        body.setProperty("area", "panelBody")
        self._note.setObjectName("panelNote")
        self._note.hide()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(_SIDE_PX, _TOP_PX, _SIDE_PX, _TOP_PX)
        layout.setSpacing(12)
        layout.addWidget(self._note)
        layout.addWidget(content)
        layout.addStretch(1)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setProperty("area", "panelBody")
        self._scroll.setWidget(body)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)

    def _put_on_top(self, box: QWidget) -> None:
        """Adds `box` above the content, below the note."""
        layout = self._body.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(1, box)
            read_in_order(layout)

    def _let_grow(self, content: QWidget, grows: bool) -> None:
        """Gives `content` all the height that there is, or only what it needs."""
        layout = self._body.layout()
        if isinstance(layout, QVBoxLayout):
            layout.setStretchFactor(content, _ALL if grows else 0)

    def _make_room_for_bar(self, _lowest: int, highest: int) -> None:
        # The bar takes the margin, so that the fields keep their width when it appears.
        bar_px = self._scroll.verticalScrollBar().sizeHint().width() if highest else 0
        layout = self._body.layout()
        if layout is not None:
            layout.setContentsMargins(margins(_SIDE_PX, _TOP_PX, max(0, _SIDE_PX - bar_px), _TOP_PX))

    def show_note(self, text: str) -> None:
        """Shows `text`, which concerns no single field, at the top of the body and scrolls there; empty hides it."""
        self._note.show_text(text)
        if text:
            self._bring_into_view(self._note)

    def _keep_in_view(self, part: QWidget, change: Callable[[], None]) -> None:
        """Makes a `change` above `part`, which stays where it is seen, unless the body is not scrolled."""
        bar = self._scroll.verticalScrollBar()
        before = part.mapTo(self._body, QPoint()).y()
        change()
        if bar.value():
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            bar.setValue(bar.value() + part.mapTo(self._body, QPoint()).y() - before)

    def _bring_into_view(self, widget: QWidget) -> None:
        # A widget that was shown just now has no geometry until the layout is done.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self._scroll.ensureWidgetVisible(widget, 0, _TOP_PX)
