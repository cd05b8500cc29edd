"""The Info panel of a delivery."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.diagnosis.conversation import StepStatus
from smtp_desktop.ui.conversation.advice_box import AdviceView, attempt_summary
from smtp_desktop.ui.conversation.timeline import TimelineView, TranscriptView
from smtp_desktop.ui.deliveries.actions import can_cancel, can_resend, can_send_now, resend_words
from smtp_desktop.ui.deliveries.loader import DeliveryDetail
from smtp_desktop.ui.deliveries.words import hold_tip, state_name, state_text
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.message_text import one_line, time_text
from smtp_desktop.ui.widgets.panel_frame import PanelFrame

_TONES = {DeliveryState.REFUSED: "error", DeliveryState.EXPIRED: "error", DeliveryState.UNKNOWN: "warning"}


class DeliveryPanel(PanelFrame):
    """Shows one delivery: recipients, attempts, advice and transcript. Its `objectName` is `deliveryPanel`."""

    resend_requested = Signal(object)  # Delivery
    send_now_requested = Signal(object)  # Delivery
    cancel_requested = Signal(object)  # Delivery

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("deliveryPanel")
        self.theme = theme
        self._detail: DeliveryDetail | None = None
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
                "Its text and attachments were dropped a while after it was sent, so it can't be sent again. The "
                "settings say after how many days."
            ),
            wraps=True,
        )
        self._dropped.setObjectName("droppedText")
        self._dropped.hide()
        self._words: HoldWords | None = None
        self._recipients = QFrame()
        self._attempt = QComboBox()
        self._steps: TimelineView | None = None
        self._advice = AdviceView()
        self._transcript = TranscriptView(height_px=220)
        self._lay_out()
        self._lay_out_footer()

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
        chosen = self._attempt.currentIndex()
        same = before is not None and before.delivery.id == detail.delivery.id
        grown = not same or before is None or len(before.attempts) != len(detail.attempts)
        if not same:
            self.show_note("")
            self._show_transcript.setChecked(False)
            self._scroll.verticalScrollBar().setValue(0)
        self._smtp_words = smtp_words
        self._subject.setText(one_line(detail.delivery.subject) or self.tr("(no subject)"))
        self._show_recipients(detail.delivery.recipients)
        if grown:
            chosen = len(detail.attempts) - 1
            self._fill_attempts(detail, chosen)
            self._show_attempt(chosen)
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
        self.theme = theme
        if self._detail:
            self._show_attempt(self._attempt.currentIndex())

    def _lay_out(self) -> None:
        self._recipients.setProperty("area", "box")
        self._recipients.setObjectName("recipients")
        self._attempt.setObjectName("attemptField")
        self._attempt.setAccessibleName(self.tr("Attempt"))
        self._attempt.activated.connect(self._choose)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        for widget in (
            self._subject,
            self._meta,
            self._state,
            self._hold,
            self._dropped,
            self._recipients,
            self._attempt,
        ):
            self._column.addWidget(widget)
        for widget in (self._advice, self._transcript):
            self._column.addWidget(widget)
            widget.hide()
        self._set_content(content)

    def _lay_out_footer(self) -> None:
        self._show_transcript = styled_button(self.tr("Show transcript"))
        self._show_transcript.setObjectName("showTranscriptButton")
        self._show_transcript.setCheckable(True)
        self._show_transcript.toggled.connect(self._toggle_transcript)
        self._cancel = styled_button(self.tr("Cancel"))
        self._cancel.setObjectName("cancelDeliveryButton")
        self._cancel.setAccessibleName(self.tr("Cancel this mail"))
        self._cancel.clicked.connect(lambda: self._ask(self.cancel_requested))
        self._resend = styled_button(self.tr("Send again"), "primary")
        self._resend.setObjectName("resendButton")
        self._resend.clicked.connect(lambda: self._ask(self.resend_requested))
        self._send_now: QPushButton = styled_button(self.tr("Send now"), "primary")
        self._send_now.setObjectName("sendNowButton")
        self._send_now.clicked.connect(lambda: self._ask(self.send_now_requested))
        self._footer.addWidget(self._show_transcript)
        self._footer.addStretch(1)
        for button in (self._cancel, self._resend, self._send_now):
            self._footer.addWidget(button)

    def _toggle_transcript(self, wanted: bool) -> None:
        self._transcript.setVisible(wanted)
        if wanted:
            self._bring_into_view(self._transcript)

    def _ask(self, signal: object) -> None:
        if self._detail:
            signal.emit(self._detail.delivery)  # type: ignore[attr-defined]  # a bound Signal; the stubs have no name

    def _refresh_footer(self, delivery: Delivery) -> None:
        self._dropped.setVisible(delivery.content_dropped)
        self._resend.setVisible(can_resend(delivery))
        self._resend.setText(resend_words([delivery]))
        self._resend.setAccessibleName(self._resend.text())
        self._send_now.setVisible(can_send_now(delivery))
        self._cancel.setVisible(can_cancel(delivery))
        # In the narrowest panel there is no space for a longer text beside three buttons.
        short = can_cancel(delivery)
        self._show_transcript.setText(self.tr("Transcript") if short else self.tr("Show transcript"))

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
        words.append(
            self.tr("attempt {n} of {all}").format(n=attempts[chosen].number, all=attempts[-1].number)
            if attempts and chosen >= 0
            else self.tr("not tried yet")
        )
        self._meta.setText(" · ".join(words))

    def _show_recipients(self, recipients: tuple[RecipientState, ...]) -> None:
        layout = self._recipients.layout() or QVBoxLayout(self._recipients)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        while item := layout.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._recipients.setVisible(len(recipients) > 1)
        if len(recipients) > 1:
            for recipient in recipients:
                layout.addWidget(self._recipient_row(recipient, last=recipient is recipients[-1]))

    def _recipient_row(self, recipient: RecipientState, *, last: bool) -> QFrame:
        row = QFrame()
        row.setProperty("area", "row")
        row.setProperty("last", last)
        name = Caption("", one_line(recipient.address), wraps=True)
        state = Caption(_TONES.get(recipient.state, "muted"), state_name(recipient.state))
        line = QHBoxLayout()
        line.addWidget(name, 1)
        line.addWidget(state)
        column = QVBoxLayout(row)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addLayout(line)
        if recipient.reply:
            column.addWidget(Caption("hint", one_line(recipient.reply), wraps=True))
        return row

    def _fill_attempts(self, detail: DeliveryDetail, chosen: int) -> None:
        self._attempt.clear()
        for attempt in detail.attempts:
            words = self.tr("Attempt {n} · {state} · {time} · {smtp}")
            self._attempt.addItem(
                words.format(
                    n=attempt.number,
                    time=time_text(attempt.started_at),
                    smtp=attempt.smtp_name,
                    state=state_name(attempt.state),
                )
            )
        self._attempt.setCurrentIndex(chosen)
        self._attempt.setMinimumContentsLength(10)
        self._attempt.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._attempt.setVisible(len(detail.attempts) > 1)

    def _choose(self, chosen: int) -> None:
        self._show_attempt(chosen)
        self._show_meta(chosen)

    def _show_attempt(self, chosen: int) -> None:
        if self._steps:
            self._steps.hide()
            self._steps.deleteLater()
            self._steps = None
        attempts = self._detail.attempts if self._detail else ()
        exists = 0 <= chosen < len(attempts)
        self._advice.setVisible(exists)
        self._show_transcript.setEnabled(exists)
        if self._detail and exists:
            self._show_steps(attempts[chosen])
            self._advice.show_summary(attempt_summary(attempts[chosen], self._detail.advice[chosen]))
            self._transcript.show_lines(attempts[chosen].timeline.transcript)

    def _show_steps(self, attempt: Attempt) -> None:
        reached = tuple(step for step in attempt.timeline.steps if step.status is not StepStatus.NOT_REACHED)
        if not reached:
            return
        self._steps = TimelineView(tuple(step.stage for step in reached), self.theme)
        self._steps.show_all(reached)
        self._column.insertWidget(self._column.indexOf(self._advice), self._steps)
