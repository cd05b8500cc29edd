"""The dialog that asks through which SMTP, and to whom, a mail is sent again."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere, still_wanted
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.theme.styled import set_style_property, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import TextArea
from smtp_desktop.ui.widgets.message_text import one_line
from smtp_desktop.ui.widgets.popups import ComboBox

_RECIPIENTS_PX = 72


class SendElsewhereDialog(Dialog):
    """Asks for SMTP and recipients, which are filled in as the mail had them. Its `objectName` is
    `sendElsewhereDialog`."""

    confirmed = Signal(object)
    """The user confirmed; the dialog stays open. Carries an Elsewhere."""

    def __init__(self, parent: QWidget, *, delivery: Delivery, profiles: Sequence[SmtpProfile]) -> None:
        """Offers `profiles`, and the default SMTP."""
        super().__init__(parent, name="sendElsewhereDialog", title=self.tr("Send the message again"), width=480)
        what = styled_label(one_line(delivery.subject) or self.tr("(no subject)"), "", wrap=True)
        self._ids: list[ProfileId | None] = []
        self._smtp = ComboBox()
        self._recipients = TextArea(_RECIPIENTS_PX)
        self._via = LabelledField("via", self.tr("SMTP"), self._smtp)
        self._to = LabelledField("to", self.tr("To"), self._recipients, required=True)
        self._offer(profiles, delivery)
        self._recipients.setPlainText(", ".join(still_wanted(delivery)))
        self._to.set_hint(self._hint(delivery))
        words = self.tr("It is sent as a new message. The record of this one does not change.")
        if delivery.state is DeliveryState.SENT:
            words += " " + self.tr("Recipients who already got it will get it again.")
        self._state = styled_label("", "muted", wrap=True)
        self._state.setObjectName("elsewhereState")
        self._state.hide()
        for field in (self._via, self._to):
            field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        for part in (what, self._via, self._to, styled_label(words, "muted", wrap=True), self._state):
            self.body.addWidget(part)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Send"))
        self._ok.clicked.connect(self._confirm)
        self._smtp.setFocus()

    def show_working(self) -> None:
        """Shows that the mail is being put into the outbox."""
        self._ok.setEnabled(False)
        self._show_state(self.tr("Queuing…"), "muted")

    def show_problem(self, words: str, *, of_recipients: bool) -> None:
        """Shows why nothing was queued, beside the recipients where they are the reason. What was typed stays."""
        self._ok.setEnabled(True)
        self._show_state("" if of_recipients else words, "error")
        if of_recipients:
            self._to.set_error(words)
            self._recipients.setFocus()

    def _offer(self, profiles: Sequence[SmtpProfile], delivery: Delivery) -> None:
        default = next((profile.name for profile in profiles if profile.is_default), "")
        if default:
            self._ids.append(None)
            self._smtp.addItem(self.tr("Default ({name})").format(name=default))
        for profile in profiles:
            self._ids.append(profile.id)
            self._smtp.addItem(profile.name)
        self._smtp.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if delivery.smtp_id in self._ids:
            self._smtp.setCurrentIndex(self._ids.index(delivery.smtp_id))

    def _hint(self, delivery: Delivery) -> str:
        separated = self.tr("Separate addresses with commas.")
        if delivery.activity_name:
            return separated
        return self.tr(
            "{separated} The message was written by another program: its header still names the original recipients."
        ).format(separated=separated)

    def _show_state(self, words: str, role: str) -> None:
        set_style_property(self._state, "role", role)
        self._state.setText(words)
        self._state.setVisible(bool(words))

    def _confirm(self) -> None:
        smtp_id = self._ids[self._smtp.currentIndex()] if self._ids else None
        self.confirmed.emit(Elsewhere(smtp_id=smtp_id, recipients=(self._recipients.toPlainText(),)))
