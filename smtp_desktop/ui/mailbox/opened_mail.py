"""The view of one mail of a Microsoft 365 inbox: its headers and its body."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.mail.html_display import DisplayHtml
from smtp_desktop.domain.mail.received import MailboxMail
from smtp_desktop.ui.conversation.advice_box import Retry
from smtp_desktop.ui.conversation.summary import OutcomeSummary
from smtp_desktop.ui.theme.styled import short, styled_label
from smtp_desktop.ui.widgets.mail_view import mail_tabs
from smtp_desktop.ui.widgets.message_text import local_time, one_line, set_tip, shown
from smtp_desktop.ui.widgets.safe_html import SafeHtml
from smtp_desktop.ui.widgets.text_view import TextView, header_lines

_ADDRESSES_SHOWN = 6
_LONGEST = 300  # characters of one header that are shown above the body; all headers hold the whole


class OpenedMail(QWidget):
    """Shows that a mail is being loaded, then the mail, or why it could not be loaded."""

    again_asked = Signal()
    """The user wants the mail that could not be loaded to be tried again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = styled_label(self.tr("Loading the message…"), "muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._retry = Retry("mailAdvice", "mailAgainButton")
        self._retry.asked.connect(self.again_asked)
        self._values: dict[str, QLabel] = {}
        self._notes = styled_label("", "hint", wrap=True)
        self._notes.setObjectName("mailNotes")
        self._html, self._text = SafeHtml(), TextView("textView", self.tr("Text"))
        self._html.setObjectName("htmlView")
        self._html.setAccessibleName(self.tr("HTML"))
        self._headers = TextView("headersView", self.tr("All headers"))
        self._bodies = QStackedLayout()
        self._mail = self._mail_part()
        self._states = QStackedLayout(self)
        self._states.setContentsMargins(0, 0, 0, 0)
        for part in (self._hint, self._mail, self._retry):
            self._states.addWidget(part)

    def show_loading(self) -> None:
        """Shows that a mail is being loaded."""
        self._states.setCurrentWidget(self._hint)

    def show_trouble(self, summary: OutcomeSummary) -> None:
        """Shows why the mail could not be loaded, and what to do."""
        self._retry.show_summary(summary)
        self._states.setCurrentWidget(self._retry)

    def show_mail(self, mail: MailboxMail, html: DisplayHtml) -> None:
        """Shows the mail, whose HTML was made ready as `html`."""
        summary = mail.summary
        values = {
            "from": one_line(summary.from_),
            "to": _some(mail.to),
            "cc": _some(mail.cc),
            "subject": one_line(summary.subject) or self.tr("(no subject)"),
            "received": local_time(summary.received_at),
        }
        for name, words in values.items():
            self._show_value(name, words)
        self._headers.show_text(header_lines(mail.headers))
        self._text.show_text(html.text or mail.text)
        self._html.show_html(html)
        self._bodies.setCurrentWidget(self._html if html.html else self._text)
        notes = [self.tr("Attachments are not loaded.")] if summary.has_attachments else []
        if html.has_outside_pictures:
            notes.append(self.tr("Remote images are not loaded."))
        notes += map(shown, html.notes)
        self._notes.setText(" ".join(notes))
        self._notes.setVisible(bool(notes))
        self._tabs.setCurrentIndex(0)
        self._states.setCurrentWidget(self._mail)

    def _mail_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._values_part())
        bodies = QWidget()
        bodies.setLayout(self._bodies)
        self._bodies.addWidget(self._text)
        self._bodies.addWidget(self._html)
        self._tabs = mail_tabs(self.tr("Mail"))
        self._tabs.addTab(bodies, self.tr("Message"))
        self._tabs.addTab(self._headers, self.tr("All headers"))
        column.addWidget(self._notes)
        column.addWidget(self._tabs, 1)
        return part

    def _values_part(self) -> QGridLayout:
        labels = {
            "subject": self.tr("Subject"),
            "from": self.tr("From"),
            "to": self.tr("To"),
            "cc": self.tr("Cc"),
            "received": self.tr("Received"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self._captions: dict[str, QLabel] = {}
        for row, (name, words) in enumerate(labels.items()):
            caption, value = styled_label(words, "label"), styled_label("", "", wrap=True)
            value.setObjectName(f"{name}Value")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            # A long word without spaces must not widen the dialog.
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            value.setSizePolicy(policy)
            self._captions[name], self._values[name] = caption, value
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        return grid

    def _show_value(self, name: str, words: str) -> None:
        beginning = short(words, _LONGEST)
        label = self._values[name]
        label.setText(beginning)
        set_tip(label, beginning)
        label.setAccessibleName(f"{self._captions[name].text()}: {beginning}")
        for part in (label, self._captions[name]):
            part.setVisible(bool(words))


def _some(addresses: tuple[str, ...]) -> str:
    shown = ", ".join(one_line(address) for address in addresses[:_ADDRESSES_SHOWN])
    left = len(addresses) - _ADDRESSES_SHOWN
    return f"{shown} + {left}" if left > 0 else shown
