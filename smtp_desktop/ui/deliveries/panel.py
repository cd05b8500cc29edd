"""The Info panel of a delivery."""

from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.delivery.send_elsewhere import can_send_elsewhere
from smtp_desktop.ui.deliveries.actions import can_cancel, can_resend, can_send_now, resend_words
from smtp_desktop.ui.deliveries.attempts_part import AttemptsPart
from smtp_desktop.ui.deliveries.detail_loader import DeliveryDetail
from smtp_desktop.ui.deliveries.mail_part import MailPart
from smtp_desktop.ui.deliveries.words import hold_tip, state_text
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.message_text import one_line
from smtp_desktop.ui.widgets.panel_frame import PanelFrame
from smtp_desktop.ui.widgets.segments import Segments


class _Part(StrEnum):
    HAPPENED = "happened"
    MAIL = "mail"


class DeliveryPanel(PanelFrame):
    """Shows one delivery: what happened, with its attempts, or the mail itself. Its `objectName` is `deliveryPanel`."""

    resend_requested = Signal(object)  # Delivery
    send_elsewhere_requested = Signal(object)  # Delivery
    send_now_requested = Signal(object)  # Delivery
    cancel_requested = Signal(object)  # Delivery

    def __init__(self, theme: Theme, mail: MailPart) -> None:
        super().__init__()
        self.setObjectName("deliveryPanel")
        self._detail: DeliveryDetail | None = None
        self._smtp_words = ""
        self._title.setText(self.tr("Delivery"))
        self._subject = Caption("section", wraps=True)
        self._subject.setObjectName("subjectText")
        self._meta = Caption("muted", wraps=True)
        self._meta.setObjectName("metaText")
        self._state = Caption("muted", wraps=True)
        self._state.setObjectName("stateText")
        self._hold = Caption("warning", wraps=True)
        self._hold.setObjectName("holdText")
        self._hold.hide()
        self._dropped = Caption(
            "muted",
            self.tr(
                "Its text and attachments have been deleted, so it can't be sent again. How many days they are "
                "kept after sending is set in Settings."
            ),
            wraps=True,
        )
        self._dropped.setObjectName("droppedText")
        self._dropped.hide()
        self._words: HoldWords | None = None
        words: dict[str, str] = {_Part.HAPPENED: self.tr("What happened"), _Part.MAIL: self.tr("Message")}
        self._parts = Segments(words, row_if_small=True)
        self._parts.setObjectName("deliveryParts")
        self._parts.setAccessibleName(self.tr("Show"))
        self._parts.chosen.connect(lambda key: self._show_part(_Part(key)))
        self.attempts = AttemptsPart(theme)
        self.attempts.chosen.connect(self._show_meta)
        self.attempts.transcript_shown.connect(lambda: self._bring_into_view(self.attempts.transcript))
        self._mail = mail
        self._lay_out()
        self._lay_out_footer()
        self._show_part(_Part.HAPPENED)

    @property
    def delivery_id(self) -> DeliveryId | None:
        """The delivery that is shown; None before the first."""
        return self._detail.delivery.id if self._detail else None

    def show_hold(self, hold: HoldWords | None, now: datetime) -> None:
        """Shows what the mail waits for; None if it waits only for its next try, or does not wait."""
        self._words = hold
        self._hold.show_text(hold_tip(hold) if hold else "")
        self.tick(now)

    def show_detail(self, detail: DeliveryDetail, smtp_words: str, now: datetime) -> None:
        """Shows a delivery. If it was shown before, the chosen attempt stays chosen unless there is a newer one."""
        before, self._detail = self._detail, detail
        if before is None or before.delivery.id != detail.delivery.id:
            self.show_note("")
            self._scroll.verticalScrollBar().setValue(0)
        self._smtp_words = smtp_words
        self._subject.setText(one_line(detail.delivery.subject) or self.tr("(no subject)"))
        chosen = self.attempts.show_detail(detail)
        self._mail.choose(detail.delivery)
        self.tick(now)
        self._show_meta(chosen)
        self._refresh_footer(detail.delivery)

    def tick(self, now: datetime) -> None:
        """Updates the time until the next try."""
        if self._detail:
            state = state_text(self._detail.delivery, now, self._words)
            self._state.setText(self.tr("{state} · {smtp}").format(state=state, smtp=self._smtp_words))

    def set_theme(self, theme: Theme) -> None:
        """Paints the steps in the colours of `theme`."""
        self.attempts.set_theme(theme)

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self._subject, self._meta, self._state, self._hold, self._dropped):
            column.addWidget(widget)
        column.addWidget(self._parts)
        column.addWidget(self.attempts)
        column.addWidget(self._mail, 1)
        self._set_content(content)
        self._content = content

    def _lay_out_footer(self) -> None:
        self._cancel = styled_button(self.tr("Cancel…"))
        self._cancel.setObjectName("cancelDeliveryButton")
        self._cancel.setAccessibleName(self.tr("Cancel this message"))
        self._cancel.clicked.connect(lambda: self._ask(self.cancel_requested))
        self._elsewhere = styled_button(self.tr("Elsewhere…"))
        self._elsewhere.setObjectName("sendElsewhereButton")
        self._elsewhere.setAccessibleName(self.tr("Send again through another SMTP or to other recipients"))
        self._elsewhere.setToolTip(self._elsewhere.accessibleName())
        self._elsewhere.clicked.connect(lambda: self._ask(self.send_elsewhere_requested))
        self._resend = styled_button(self.tr("Send again"), "primary")
        self._resend.setObjectName("resendButton")
        self._resend.clicked.connect(lambda: self._ask(self.resend_requested))
        self._send_now: QPushButton = styled_button(self.tr("Send now"), "primary")
        self._send_now.setObjectName("sendNowButton")
        self._send_now.clicked.connect(lambda: self._ask(self.send_now_requested))
        self._footer.addStretch(1)
        for button in (self._cancel, self._elsewhere, self._resend, self._send_now):
            self._footer.addWidget(button)

    def _show_part(self, part: _Part) -> None:
        self.attempts.setVisible(part is _Part.HAPPENED)
        self._mail.setVisible(part is _Part.MAIL)
        self._let_grow(self._content, part is _Part.MAIL)

    def _ask(self, signal: SignalInstance) -> None:
        if self._detail:
            signal.emit(self._detail.delivery)

    def _refresh_footer(self, delivery: Delivery) -> None:
        self._dropped.setVisible(delivery.content_dropped)
        self._resend.setText(resend_words([delivery]))
        self._resend.setAccessibleName(self._resend.text())
        shown = {
            self._cancel: can_cancel(delivery),
            self._elsewhere: can_send_elsewhere(delivery),
            self._resend: can_resend(delivery),
            self._send_now: can_send_now(delivery),
        }
        focused = self.window().focusWidget()  # whether the window is active or a dialog of it
        if any(button is focused and not wanted for button, wanted in shown.items()):
            # Qt would give it to the next button, where Enter does something else than it just did.
            self._parts.focus_pressed()
        for button, wanted in shown.items():
            button.setVisible(wanted)

    def _show_meta(self, chosen: int) -> None:
        if self._detail is None:
            return
        delivery, attempts = self._detail.delivery, self._detail.attempts
        to = delivery.recipients[0].address if delivery.recipients else ""
        if len(delivery.recipients) > 1:
            to = self.tr("{first} and {n} more").format(first=to, n=len(delivery.recipients) - 1)
        words = [self.tr("To {to}").format(to=one_line(to))]
        if delivery.activity_name:
            words.append(self.tr("activity {name}").format(name=delivery.activity_name))
        if attempts and chosen >= 0:
            more = delivery.next_try_at is not None
            counted = self.tr("attempt {n} of {all} so far") if more else self.tr("attempt {n} of {all}")
            words.append(counted.format(n=attempts[chosen].number, all=attempts[-1].number))
        else:
            words.append(self.tr("not tried yet"))
        self._meta.setText(" · ".join(words))
