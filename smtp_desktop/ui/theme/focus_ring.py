"""The ring around the widget that has the focus, in themes of more contrast."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QWidget
from shiboken6 import isValid

_RADIUS = 11
_RING_PX, _GAP_PX = 3, 2
_SPACE_PX = _RING_PX + _GAP_PX
_MOVES = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest}
)


def show_ring(app: QApplication, color: QColor | None) -> None:
    """Shows the ring in that colour; none takes it away."""
    ring = app.findChild(FocusRing) or FocusRing(app)
    ring.choose(color)


def draw_ring(painter: QPainter, around: QRect, color: QColor, radius: float) -> None:
    """Draws the ring outside of `around`."""
    out = _GAP_PX + _RING_PX / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, _RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(around.toRectF().adjusted(-out, -out, out, out), radius, radius)
    painter.restore()


class FocusRing(QObject):
    """Follows the focus with a ring, which lies over what is beside the widget."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._color: QColor | None = None
        self._ring: _Ring | None = None
        self._watched: list[QObject] = []
        app.focusChanged.connect(lambda _, now: self._follow(now))

    def choose(self, color: QColor | None) -> None:
        """Shows the ring in that colour, or none."""
        self._color = color
        self._follow(self._app.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def _follow(self, target: QWidget | None) -> None:
        self._let_go()
        if target is None or self._color is None or not _needs_ring(target):
            return
        self._ring = _Ring(target, self._color)
        widget: QWidget | None = target
        while widget is not None and not widget.isWindow():  # each of them may move it
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self._place()

    def _let_go(self) -> None:
        for watched in self._watched:
            if isValid(watched):
                watched.removeEventFilter(self)
        self._watched = []
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None

    def _place(self) -> None:
        if self._ring is not None and isValid(self._ring):
            self._ring.place()


class _Ring(QWidget):
    """The ring itself, a child of the window: what holds the widget may have no room around it."""

    def __init__(self, target: QWidget, color: QColor) -> None:
        super().__init__(target.window())
        self._target, self._color = target, color
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def place(self) -> None:
        """Lays the ring around the widget; hides it where that is hidden or scrolled away."""
        if not isValid(self._target) or not self._target.isVisible():
            self.hide()
            return
        window, space = self.window(), _SPACE_PX
        around = QRect(self._target.mapTo(window, QPoint(0, 0)), self._target.size())
        room = _room(self._target)
        if not around.intersects(room):
            self.hide()
            return
        around.adjust(-space, -space, space, space)
        self.setGeometry(around)
        self.setMask(QRegion(room.adjusted(-space, -space, space, space).translated(-around.topLeft())))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, space = QPainter(self), _SPACE_PX
        draw_ring(painter, self.rect().adjusted(space, space, -space, -space), self._color, _RADIUS)
        painter.end()


def _needs_ring(target: QWidget) -> bool:
    """Returns whether the widget shows its focus by nothing of its own: menus and the grid of cards do."""
    return not isinstance(target, QMenu) and not target.isWindow() and not target.property("paintsFocus")


def _room(target: QWidget) -> QRect:
    """Returns where the window shows the widget: the areas that it scrolls in may hide some of it."""
    window = target.window()
    room, widget = window.rect(), target.parentWidget()
    while widget is not None and not widget.isWindow():
        around = widget.parentWidget()
        if isinstance(around, QAbstractScrollArea) and around.viewport() is widget:
            room &= QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        widget = around
    return room
