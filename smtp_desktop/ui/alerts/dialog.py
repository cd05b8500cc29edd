"""The dialog for alerts: through which SMTP and to whom, and to which webhook."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.checks.alert import AlertChannel, AlertChoices
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.services.alerts.alert_settings import AlertDraft
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.popups import ComboBox
from smtp_desktop.ui.widgets.secret_field import SecretEdit


class AlertsDialog(Dialog):
    """Takes and gives where alerts go. It stays open until what was typed is stored."""

    save_asked = Signal(object)
    """Carries an AlertDraft to be stored."""
    test_asked = Signal(object)
    """Carries an AlertDraft, to whose addresses a test alert is to be sent."""

    def __init__(
        self,
        parent: QWidget,
        *,
        choices: AlertChoices,
        smtps: Sequence[SmtpProfile],
        problems: Mapping[AlertChannel, str],
    ) -> None:
        """`problems` say why alerts can't be sent for now."""
        super().__init__(parent, name="alertsDialog", title=self.tr("Alerts"), width=520)
        intro = self.tr("Sent when an SMTP stops working or works again: once per change, even when no window is open.")
        self.body.addWidget(styled_label(intro, "muted", wrap=True))
        self._kept_webhook = choices.webhook_ref is not None
        self._smtp, self._to, self._webhook = ComboBox(), QLineEdit(), SecretEdit(self.tr("Webhook"))
        self._webhook.eye.setObjectName("showWebhookButton")
        self._fill_smtps(smtps, choices.smtp_id)
        self._fields = {
            "alert_smtp": LabelledField("alert_smtp", self.tr("By email through"), self._smtp),
            "alert_to": LabelledField("alert_to", self.tr("To"), self._to),
            "alert_webhook": LabelledField("alert_webhook", self.tr("Webhook"), self._webhook),
        }
        for field in self._fields.values():
            self.body.addWidget(field)
        self._to.setText(choices.mail_to)
        self._webhook.reset(kept=self._kept_webhook)
        self._fields["alert_smtp"].set_hint(self.tr("Alerts are not sent through an SMTP that isn't working."))
        self._show_webhook(choices.webhook_shown)
        self._results = {
            AlertChannel.MAIL: _result("alertMailResult"),
            AlertChannel.WEBHOOK: _result("alertWebhookResult"),
        }
        for channel, label in self._results.items():
            self.body.addWidget(label)
            self._show_result(label, problems.get(channel, ""))
        self._add_buttons()
        self._smtp.currentIndexChanged.connect(self._show_to)
        self._show_to()
        self._smtp.setFocus()

    @property
    def draft(self) -> AlertDraft:
        """What is typed."""
        smtp_id = ProfileId(self._smtp.currentData() or "") or None
        webhook = None if self._webhook.resting else self._webhook.secret or Secret("")
        return AlertDraft(smtp_id=smtp_id, mail_to=self._to.text(), webhook=webhook)

    def show_errors(self, errors: FieldErrors) -> None:
        """Shows what is wrong beside each field, and puts the cursor into the first."""
        self.show_busy(None)
        for error in reversed(errors.errors):
            field = self._fields[error.field]
            field.set_error(shown(error.message))
            field.editor.setFocus()
        self.fit()

    def show_results(self, results: Mapping[AlertChannel, MessageText | None]) -> None:
        """Shows how the test alert went."""
        self.show_busy(None)
        sent = {
            AlertChannel.MAIL: self.tr("The server accepted the test message."),
            AlertChannel.WEBHOOK: self.tr("The webhook accepted the test alert."),
        }
        for channel, label in self._results.items():
            if channel in results:
                problem = results[channel]
                self._show_result(label, shown(problem) if problem else sent[channel], fine=problem is None)
        self.fit()

    def show_busy(self, words: str | None) -> None:
        """Shows what goes on, while nothing can be pressed but *Cancel*; None once it has ended."""
        for button in (self._test, self._ok):
            button.setEnabled(words is None)
        if words is not None:
            for label in self._results.values():
                label.show_text("")
        self._busy.show_text(words or "")
        self.fit()

    def _fill_smtps(self, smtps: Sequence[SmtpProfile], chosen: ProfileId | None) -> None:
        self._smtp.addItem(self.tr("No email"), "")
        for one in sorted(smtps, key=lambda one: one.name.lower()):
            self._smtp.addItem(one.name, str(one.id))
        self._smtp.setCurrentIndex(max(0, self._smtp.findData(chosen or "")))

    def _show_webhook(self, stored: str) -> None:
        hint = self.tr("A URL that accepts JSON by POST; see the help. It is stored like a password.")
        if stored:
            hint = self.tr("{address} is stored. To remove it, choose Replace and leave the field empty.").format(
                address=stored
            )
        self._fields["alert_webhook"].set_hint(hint)

    def _add_buttons(self) -> None:
        self._busy = Caption("muted", wraps=True)
        self._busy.setObjectName("alertBusy")
        self._busy.hide()
        self.body.addWidget(self._busy)
        self._test = styled_button(self.tr("Send a test alert"))
        self._test.setObjectName("testAlertButton")
        self._test.setAutoDefault(False)
        self._test.clicked.connect(lambda: self.test_asked.emit(self.draft))
        self.footer.addWidget(self._test)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(lambda: self.save_asked.emit(self.draft))

    def _show_to(self) -> None:
        by_mail = bool(self._smtp.currentData())
        self._to.setEnabled(by_mail)
        self._fields["alert_to"].set_required(by_mail)

    def _show_result(self, label: Caption, words: str, *, fine: bool = False) -> None:
        label.set_role("hint" if fine else "warning")
        label.show_text(words)


def _result(name: str) -> Caption:
    label = Caption("warning", wraps=True)
    label.setObjectName(name)
    label.hide()
    return label
