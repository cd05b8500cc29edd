"""Probes and suggestions on screen: their texts, and the view of a suggestion."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.suggestion import Change, Confidence, Probe, Suggestion, confidence_text
from smtp_desktop.domain.diagnosis.conversation import StepStatus
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.ui.cards.field_labels import field_labels
from smtp_desktop.ui.layout.contents import clear_layout
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.message_text import one_line, shown


def endpoint_text(candidate: Candidate) -> str:
    """Returns host and port, as `[::1]:587` for an IPv6 address."""
    host = candidate.draft.host_name.strip()
    return f"[{host}]:{candidate.draft.smtp_port}" if ":" in host else f"{host}:{candidate.draft.smtp_port}"


def heading(probe: Probe) -> str:
    """Returns the title of a probe: where it connects, and whether it signs in."""
    if probe.with_password:
        return _tr("Sign in at {endpoint}").format(endpoint=endpoint_text(probe.candidate))
    return endpoint_text(probe.candidate)


def outcome_of(probe: Probe) -> StepStatus:
    """Returns how far the probe is, as its mark shows it."""
    if probe.timeline is None:
        return StepStatus.RUNNING
    return StepStatus.DONE if probe.works else StepStatus.FAILED


def choice_words(suggestion: Suggestion) -> str:
    """Returns a suggestion in one line, to choose between several."""
    confidences = {
        Confidence.SENDER_TAKEN: _tr("sender accepted"),
        Confidence.SIGNED_IN: _tr("signed in there"),
        Confidence.ANSWERS: _tr("answers"),
        Confidence.OFFERS_SIGN_IN: _tr("answers and offers sign-in"),
        Confidence.SIGN_IN_REFUSED: _tr("answers, but refused the sign-in"),
        Confidence.OTHER_HOST: _tr("another host: enter the password again"),
    }
    return f"{endpoint_text(suggestion.candidate)} · {confidences[suggestion.confidence]}"


def value_words(change: Change) -> tuple[str, str]:
    """Returns the value that the field holds now and the one that is suggested."""
    return _value(change.before), _value(change.after)


def _value(value: str | bool | EnvelopeSender) -> str:
    if isinstance(value, bool):
        return _tr("On") if value else _tr("Off")
    if isinstance(value, EnvelopeSender):
        return _tr("User Name") if value is EnvelopeSender.USER else _tr("From Address")
    return value.strip() or "–"


def _tr(source: str) -> str:
    return QCoreApplication.translate("Suggestion", source)


_FIELD_PX = 130


class SuggestionView(QFrame):
    """A table of the changes, and the confidence that they work. Its `objectName` is `suggestion`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("suggestion")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_suggestion(self, suggestion: Suggestion) -> None:
        """Shows this suggestion in place of the one before."""
        clear_layout(self._column)
        table = self._table(suggestion)
        confidence = styled_label(one_line(shown(confidence_text(suggestion))), "", wrap=True)
        confidence.setObjectName("confidenceText")
        candidate = suggestion.candidate
        more = candidate.notes if candidate.same_host else (candidate.reason, *candidate.notes)
        for widget in (table, confidence, *(styled_label(shown(words), "muted", wrap=True) for words in more)):
            self._column.addWidget(widget)

    def _table(self, suggestion: Suggestion) -> QFrame:
        box = QFrame()
        box.setObjectName("differences")
        box.setProperty("area", "box")
        grid = QGridLayout(box)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _FIELD_PX)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for column, head in enumerate((self.tr("Field"), self.tr("Now"), self.tr("Suggested"))):
            grid.addWidget(styled_label(head, "label"), 0, column)
        spoken, labels = [], field_labels()
        for row, change in enumerate(suggestion.changes, start=1):
            name, (before, after) = labels[change.field], value_words(change)
            for column, label in enumerate(_cells(name, before, after)):
                grid.addWidget(label, row, column)
            spoken.append(
                self.tr("{field}: now {before}, suggested {after}.").format(field=name, before=before, after=after)
            )
        box.setAccessibleName(" ".join(spoken))
        return box


def _cells(name: str, before: str, after: str) -> tuple[QLabel, QLabel, QLabel]:
    return styled_label(name, "muted"), styled_label(before, "", wrap=True), styled_label(after, "section", wrap=True)
