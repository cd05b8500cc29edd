"""The part of the Delivery panel that shows what happened: who got the mail, and each attempt."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import StepStatus
from smtp_desktop.ui.conversation.advice_box import AdviceView
from smtp_desktop.ui.conversation.summary import attempt_summary
from smtp_desktop.ui.conversation.timeline import TimelineView, TranscriptButton, TranscriptView
from smtp_desktop.ui.deliveries.detail_loader import DeliveryDetail
from smtp_desktop.ui.deliveries.words import state_name
from smtp_desktop.ui.layout.contents import clear_layout
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.message_text import one_line, set_tip, time_text
from smtp_desktop.ui.widgets.popups import ComboBox

_TONES = {DeliveryState.REFUSED: "error", DeliveryState.EXPIRED: "error", DeliveryState.UNKNOWN: "warning"}
_LIST_FRAME_PX = 24


class AttemptsPart(QWidget):
    """Shows the recipients, and one of the attempts with its steps, its advice and its transcript."""

    chosen = Signal(int)
    """The user chose another attempt. Carries its place in the list."""
    transcript_shown = Signal()
    """The user wants to see the transcript, which is shown now."""
    smtp_asked = Signal(str)
    """The SMTP of the attempt that is shown should be opened. Carries its name."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._detail: DeliveryDetail | None = None
        self._recipients = QFrame()
        self._recipients.setProperty("area", "box")
        self._recipients.setObjectName("recipients")
        self._attempt = ComboBox()
        self._attempt.setObjectName("attemptField")
        self._attempt.setAccessibleName(self.tr("Attempt"))
        self._attempt.activated.connect(self._choose)
        self._steps: TimelineView | None = None
        self._advice = AdviceView()
        self._open_smtp = styled_button(self.tr("Open SMTP"))
        self._open_smtp.setObjectName("openSmtpButton")
        self._open_smtp.clicked.connect(lambda: self.smtp_asked.emit(self._shown.smtp_name if self._shown else ""))
        self._show_transcript = TranscriptButton()
        self._show_transcript.toggled.connect(self._toggle_transcript)
        self.transcript = TranscriptView(height_px=220)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        for widget in (self._recipients, self._attempt, self._advice):
            self._column.addWidget(widget)
        buttons = WrapLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self._open_smtp)
        buttons.addWidget(self._show_transcript)
        self._column.addLayout(buttons)
        self._column.addWidget(self.transcript)
        for hidden in (self._advice, self._open_smtp, self._show_transcript, self.transcript):
            hidden.hide()

    @property
    def _shown(self) -> Attempt | None:
        attempts, row = self._detail.attempts if self._detail else (), self._attempt.currentIndex()
        return attempts[row] if 0 <= row < len(attempts) else None

    def show_detail(self, detail: DeliveryDetail) -> int:
        """Shows a delivery, and returns the place of the attempt that is shown, -1 without one: the chosen one of
        before, or the last one where there is a new one."""
        before, self._detail = self._detail, detail
        same = before is not None and before.delivery.id == detail.delivery.id
        if not same:
            self._show_transcript.setChecked(False)
        self._show_recipients(detail.delivery.recipients)
        if not same or before is None or len(before.attempts) != len(detail.attempts):
            self._fill(detail)
            self._show_attempt()
        return self._attempt.currentIndex()

    def set_theme(self, theme: Theme) -> None:
        """Paints the steps in the colours of `theme`."""
        self._theme = theme
        self._show_attempt()

    def _show_recipients(self, recipients: tuple[RecipientState, ...]) -> None:
        layout = self._recipients.layout() or QVBoxLayout(self._recipients)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        clear_layout(layout)
        self._recipients.setVisible(len(recipients) > 1)
        if len(recipients) > 1:
            for recipient in recipients:
                layout.addWidget(_recipient_row(recipient, last=recipient is recipients[-1]))

    def _fill(self, detail: DeliveryDetail) -> None:
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
        self._attempt.setCurrentIndex(len(detail.attempts) - 1)
        self._attempt.setMinimumContentsLength(10)
        self._attempt.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._attempt.setVisible(len(detail.attempts) > 1)
        # The list is as wide as its words, also where the field is not.
        self._attempt.view().setMinimumWidth(self._attempt.view().sizeHintForColumn(0) + _LIST_FRAME_PX)
        self._tell_attempt()

    def _toggle_transcript(self, wanted: bool) -> None:
        self.transcript.setVisible(wanted)
        if wanted:
            self.transcript_shown.emit()

    def _tell_attempt(self) -> None:
        set_tip(self._attempt, self._attempt.currentText())

    def _choose(self, row: int) -> None:
        self._tell_attempt()
        self._show_attempt()
        self.chosen.emit(row)

    def _show_attempt(self) -> None:
        if self._steps:
            self._steps.hide()
            self._steps.deleteLater()
            self._steps = None
        attempt = self._shown
        self._advice.setVisible(attempt is not None)
        self._show_transcript.setVisible(attempt is not None)
        self._open_smtp.setVisible(attempt is not None and bool(attempt.smtp_name))
        if self._detail and attempt:
            self._show_steps(attempt)
            advice = self._detail.advice[self._attempt.currentIndex()]
            self._advice.show_summary(attempt_summary(attempt, advice))
            self.transcript.show_lines(attempt.timeline.transcript)

    def _show_steps(self, attempt: Attempt) -> None:
        reached = tuple(step for step in attempt.timeline.steps if step.status is not StepStatus.NOT_REACHED)
        if not reached:
            return
        self._steps = TimelineView(tuple(step.stage for step in reached), self._theme)
        self._steps.show_all(reached)
        self._column.insertWidget(self._column.indexOf(self._advice), self._steps)
        self._steps.stackUnder(self._advice)  # read ahead of it, too, by a screen reader


def _recipient_row(recipient: RecipientState, *, last: bool) -> QFrame:
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
