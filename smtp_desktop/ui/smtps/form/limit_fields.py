"""The fields for the limits of an SMTP, and the link that takes over those of its provider."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.known_limits import KnownLimits, has_limits
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS, limit_fields_of
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.ui.smtps.form.editors import show_lines
from smtp_desktop.ui.widgets.field import FIELD_GAP_PX, LABEL_GAP_PX, LabelledField
from smtp_desktop.ui.widgets.form_layout import row
from smtp_desktop.ui.widgets.labels import Caption, LinkButton
from smtp_desktop.ui.widgets.message_text import shown


class LimitFields(QWidget):
    """How much may be sent in a time, and over how many connections; below, what is known of the provider."""

    def __init__(self) -> None:
        super().__init__()
        labels = {
            "per_minute": self.tr("Messages per minute"),
            "per_hour": self.tr("Messages per hour"),
            "per_day": self.tr("Messages per day"),
            "connections": self.tr("Connections at once"),
            "mails_per_connection": self.tr("Messages per connection"),
        }
        self._lines = {name: QLineEdit() for name in LIMIT_FIELDS}
        for name, line in self._lines.items():
            line.setPlaceholderText(self.tr("Automatic") if name == "connections" else self.tr("No limit"))
        self._by_name = {name: LabelledField(name, labels[name], line) for name, line in self._lines.items()}
        self.known: KnownLimits | None = None
        """The provider's limits that are shown, if any."""
        self._hint = Caption("hint", wraps=True)
        self._hint.setObjectName("limitsHint")
        self.link = LinkButton(self.tr("Use these limits"))
        self.link.setObjectName("limitsLink")
        self._proposal = QWidget()
        self._lay_out()
        self._proposal.hide()

    def _lay_out(self) -> None:
        per_minute, per_hour, per_day, connections, mails_per_connection = self.fields
        below = QVBoxLayout(self._proposal)
        below.setContentsMargins(0, 0, 0, FIELD_GAP_PX)
        below.setSpacing(LABEL_GAP_PX)
        below.addWidget(self._hint)
        below.addWidget(self.link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row((per_minute, 1), (per_hour, 1), (per_day, 1)))
        layout.addWidget(row((connections, 1), (mails_per_connection, 1)))
        layout.addWidget(self._proposal)

    @property
    def fields(self) -> tuple[LabelledField, ...]:
        """The fields in reading order."""
        return tuple(self._by_name.values())

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold."""
        return replace(
            draft,
            per_minute=self._lines["per_minute"].text(),
            per_hour=self._lines["per_hour"].text(),
            per_day=self._lines["per_day"].text(),
            connections=self._lines["connections"].text(),
            mails_per_connection=self._lines["mails_per_connection"].text(),
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`."""
        show_lines({line: getattr(draft, name) for name, line in self._lines.items()})

    def show_for(self, draft: ProfileDraft, known: KnownLimits | None) -> None:
        """Shows the fields that the type of `draft` has, and what is known of its provider."""
        used = limit_fields_of(draft.type)
        for name, field in self._by_name.items():
            field.setVisible(name in used)
        self.known = known
        self._proposal.setVisible(known is not None)
        if known:
            self._hint.setText(_words_for(known))
            self.link.setVisible(not has_limits(draft, known.limits))
            self.link.setAccessibleDescription(self._hint.text())


def _words_for(known: KnownLimits) -> str:
    words = QCoreApplication.translate("SmtpForm", "{provider} allows at most {limits}.")
    said = words.format(provider=known.provider, limits=", ".join(_each(known.limits)))
    return f"{said} {shown(known.note)}" if known.note else said


def _each(limits: SendLimits) -> list[str]:
    forms = (
        (limits.per_minute, QCoreApplication.translate("SmtpForm", "{number} messages per minute")),
        (limits.per_hour, QCoreApplication.translate("SmtpForm", "{number} messages per hour")),
        (limits.per_day, QCoreApplication.translate("SmtpForm", "{number} messages per day")),
        (limits.connections, QCoreApplication.translate("SmtpForm", "{number} connections at once")),
        (limits.mails_per_connection, QCoreApplication.translate("SmtpForm", "{number} messages per connection")),
    )
    return [form.format(number=f"{number:,}") for number, form in forms if number]
