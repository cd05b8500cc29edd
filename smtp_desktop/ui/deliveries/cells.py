"""The cells of the table of deliveries: their texts, tips and icons."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QIcon, QPainter

from smtp_desktop.domain.delivery.delivery import Delivery, DeliverySort
from smtp_desktop.domain.delivery.hold_words import HoldWords, hold_words
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_cache import draw_dot
from smtp_desktop.ui.deliveries.words import hold_tip, smtp_text, state_text, tone_of
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip, shown, time_text
from smtp_desktop.ui.widgets.row_table import cell_icon

_DOT_PX, _DOT_BOX_PX = 8, 12
DOT_SIZE = QSize(_DOT_BOX_PX, _DOT_BOX_PX)


class DeliveryColumn(IntEnum):
    """The columns of the table."""

    TIME = 0
    ACTIVITY = 1
    SMTP = 2
    SUBJECT = 3
    TO = 4
    STATE = 5

    @property
    def title(self) -> str:
        """The heading of the column."""
        names = {
            DeliveryColumn.TIME: _tr("Time"),
            DeliveryColumn.ACTIVITY: _tr("Activity"),
            DeliveryColumn.SMTP: _tr("SMTP"),
            DeliveryColumn.SUBJECT: _tr("Subject"),
            DeliveryColumn.TO: _tr("To"),
            DeliveryColumn.STATE: _tr("State"),
        }
        return names[self]

    @property
    def sort(self) -> DeliverySort:
        """What the store sorts by."""
        return DeliverySort(self.name.lower())


class DeliveryCells:
    """Texts, tips and icons of the cells."""

    def __init__(self, theme: Theme, now: Callable[[], datetime]) -> None:
        self._now = now
        self._names: Mapping[ProfileId, str] = {}
        self._default_id: ProfileId | None = None
        self._dots = _dots(theme)
        self.holds: Mapping[ProfileId, SmtpHold] = {}
        """What keeps mails back, by SMTP."""

    def set_smtps(self, names: Mapping[ProfileId, str], default_id: ProfileId | None) -> None:
        """Sets the names of the SMTPs, and which is the default."""
        self._names, self._default_id = names, default_id

    def set_theme(self, theme: Theme) -> None:
        """Paints the dots in the colours of `theme` from now on."""
        self._dots = _dots(theme)

    def smtp_words(self, delivery: Delivery) -> str:
        """Returns the SMTP that a delivery uses or used."""
        default_name = self._names.get(self._default_id, "") if self._default_id else ""
        return smtp_text(delivery, self._names, default_name)

    def hold_words(self, delivery: Delivery) -> HoldWords | None:
        """Returns what a mail waits for, if it does not only wait for its next try."""
        hold = hold_on(delivery, self.holds, self._default_id)
        return hold_words(hold, now=self._now(), translate=shown) if hold else None

    def text(self, delivery: Delivery, column: DeliveryColumn) -> str:
        """Returns the text of a cell."""
        match column:
            case DeliveryColumn.TIME:
                return time_text(delivery.created_at)
            case DeliveryColumn.ACTIVITY:
                return delivery.activity_name or "–"
            case DeliveryColumn.SMTP:
                return self.smtp_words(delivery)
            case DeliveryColumn.SUBJECT:
                return one_line(delivery.subject) or _tr("(no subject)")
            case DeliveryColumn.TO:
                return one_line(delivery.to)
            case DeliveryColumn.STATE:
                return state_text(delivery, self._now(), self.hold_words(delivery))

    def tip(self, delivery: Delivery, column: DeliveryColumn) -> str:
        """Returns the tool tip of a cell: its text whole, or why a mail is kept back."""
        hold = self.hold_words(delivery) if column is DeliveryColumn.STATE else None
        return plain_tip(hold_tip(hold) if hold else self.text(delivery, column))

    def icon(self, delivery: Delivery, column: DeliveryColumn) -> QIcon | None:
        """Returns the icon of a cell, if it has one."""
        return self._dots[tone_of(delivery)] if column is DeliveryColumn.STATE else None


def _dots(theme: Theme) -> dict[Tone, QIcon]:
    return {tone: _dot(theme, tone) for tone in Tone}


def _dot(theme: Theme, tone: Tone) -> QIcon:
    def paint(painter: QPainter) -> None:
        painter.setBrush(theme.color(tone.value))
        rect = QRectF(0, (_DOT_BOX_PX - _DOT_PX) / 2, _DOT_PX, _DOT_PX)
        draw_dot(painter, rect, tone.value if theme.more_contrast else "")

    return cell_icon(_DOT_BOX_PX, paint)


def _tr(source: str) -> str:
    return QCoreApplication.translate("DeliveryCells", source)
