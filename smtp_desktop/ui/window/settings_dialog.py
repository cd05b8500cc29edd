"""The settings dialog: theme, automatic checks, how long deliveries are kept, and what version this is."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal, qVersion
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.check_settings import LEAST_MINUTES, MOST_MINUTES, USUAL_MINUTES, CheckChoices
from smtp_desktop.domain.delivery.outbox_settings import (
    MOST_CONTENT_DAYS,
    MOST_RETENTION_DAYS,
    MOST_RETRY_DAYS,
    OutboxSettings,
)
from smtp_desktop.services.checks.report_text import version_lines
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.background.fields import BackgroundChoices, BackgroundFields
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import ThemeChoice
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.popups import ComboBox
from smtp_desktop.ui.widgets.wrap_check_box import WrapCheckBox

_SPIN_PX = 140


class CheckFields(QWidget):
    """The fields for automatic checks: whether to check, every how many minutes, and whether to notify."""

    def __init__(self, choices: CheckChoices, status: str) -> None:
        """`status` says why some SMTPs are not checked for now; it may be empty."""
        super().__init__()
        self._before = choices
        self._on = QCheckBox(self.tr("Check every SMTP every"))
        self._on.setObjectName("automaticChecksBox")
        self._on.setChecked(choices.every_minutes is not None)
        self._minutes = _Number()
        self._minutes.setObjectName("checkEveryField")
        self._minutes.setAccessibleName(self.tr("Minutes between automatic checks"))
        self._minutes.setRange(LEAST_MINUTES, MOST_MINUTES)
        self._minutes.setValue(choices.every_minutes or USUAL_MINUTES)
        self._minutes.setSuffix(self.tr(" minutes"))
        self._minutes.setFixedWidth(_SPIN_PX)
        self._minutes.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not reach it
        self._notify = WrapCheckBox(self.tr("Notify when an SMTP stops working or works again, and ahead of dates"))
        self._notify.setObjectName("notifyBox")
        self._notify.setChecked(choices.notify)
        note = Caption("warning", wraps=True)
        note.setObjectName("automaticStatus")
        self._on.toggled.connect(self._minutes.setEnabled)
        self._minutes.setEnabled(self._on.isChecked())
        row = WrapLayout()
        row.setSpacing(10)
        row.addWidget(self._on)
        row.addWidget(self._minutes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._notify)
        column.addWidget(note)
        note.show_text(status)

    @property
    def choices(self) -> CheckChoices:
        """The choices as they are now."""
        every = self._minutes.value() if self._on.isChecked() else None
        return CheckChoices(every_minutes=every, notify=self._notify.isChecked())

    @property
    def changed(self) -> bool:
        """Whether the choices differ from those at the start."""
        return self.choices != self._before


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSettings:
    """The settings that the dialog shows as they are stored."""

    theme: ThemeChoice
    days: OutboxSettings
    checks: CheckChoices
    sender_checks: bool
    """Whether the sender's domain is looked up."""
    ask_at_close: bool
    """Whether to ask about waiting messages."""


class SettingsDialog(Dialog):
    """Theme, automatic checks, days that deliveries are kept and tried, DNS look-ups of senders, the paths of data and
    log, and the versions, to be copied into a ticket."""

    theme_chosen = Signal(object)
    """Carries a ThemeChoice. Emitted at once, so that the user sees the theme."""
    days_chosen = Signal(object)
    """Carries OutboxSettings. Emitted on Ok if they were changed."""
    sender_checks_chosen = Signal(bool)
    """Carries whether to look up the sender's domain. Emitted on Ok if it was changed."""
    checks_chosen = Signal(object)
    """Carries CheckChoices. Emitted on Ok if they were changed."""
    background_chosen = Signal(object)
    """Carries BackgroundChoices. Emitted on Ok if they were changed."""
    alerts_asked = Signal()
    """The user wants to set where alerts go."""
    ask_at_close_chosen = Signal(bool)
    """Carries whether to ask about mails that wait. Emitted on Ok if it was changed."""

    def __init__(
        self,
        parent: QWidget,
        *,
        settings: ShownSettings,
        check_status: str,
        background: BackgroundChoices,
        home: Path,
        log_path: Path,
    ) -> None:
        """`check_status` says why some SMTPs are not checked for now; it may be empty."""
        super().__init__(parent, name="settingsDialog", title=self.tr("Settings"), width=520)
        self._about = "\n".join(version_lines(f"Qt {qVersion()}"))
        choice = ComboBox()
        choice.setObjectName("themeField")
        choice.setAccessibleName(self.tr("Theme"))
        names = {
            ThemeChoice.SYSTEM: self.tr("As the system"),
            ThemeChoice.LIGHT: self.tr("Light"),
            ThemeChoice.DARK: self.tr("Dark"),
            ThemeChoice.MORE_LIGHT: self.tr("More contrast, light"),
            ThemeChoice.MORE_DARK: self.tr("More contrast, dark"),
        }
        for value, words in names.items():
            choice.addItem(words, value)
        choice.setCurrentIndex(choice.findData(settings.theme))
        # Qt keeps a StrEnum as the plain text that it is.
        choice.currentIndexChanged.connect(lambda _: self.theme_chosen.emit(ThemeChoice(choice.currentData())))
        self._add(self.tr("Theme"), choice)
        self._checks = CheckFields(settings.checks, check_status)
        self._add(self.tr("Automatic checks"), self._checks)
        self._add_alerts()
        self._background = BackgroundFields(background)
        self._add(self.tr("Background"), self._background)
        self._before, days = settings, settings.days
        keep, attempt = self.tr("Keep finished deliveries for"), self.tr("Try to send a message for")
        contents = self.tr("Keep text and attachments of sent messages for")
        self._retention = _days_field(keep, "retentionField", days.retention_days, MOST_RETENTION_DAYS)
        self._retry = _days_field(attempt, "retryLimitField", days.retry_days, MOST_RETRY_DAYS)
        self._content = _days_field(contents, "contentField", days.content_days, MOST_CONTENT_DAYS, least=0)
        self._content.setToolTip(
            self.tr(
                "After that a sent message can't be sent again, but its record stays. Unsent messages keep everything."
            )
        )
        # Side by side: the dialog has to fit a low screen.
        row = WrapLayout()
        row.setSpacing(24)
        for caption, field in ((keep, self._retention), (attempt, self._retry)):
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(self.body.spacing())
            self._add(caption, field, column)
            row.addWidget(part)
        self.body.addLayout(row)
        self._add(contents, self._content)
        self._looks_up = self._add_looks_up(wanted=settings.sender_checks)
        self._asks = self._add_asks(wanted=settings.ask_at_close)
        for caption, words in (
            (self.tr("Data"), str(home)),
            (self.tr("Log"), str(log_path)),
            (self.tr("About"), self._about),
        ):
            label = styled_label(words, "muted", wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._add(caption, label)
        copy = styled_button(self.tr("Copy versions"))
        copy.setObjectName("copyVersionsButton")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: copy_text(self, self._about))
        self.footer.addWidget(copy)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Ok")).clicked.connect(self._confirm)
        self.fit()

    def _confirm(self) -> None:
        self.accept()
        days = OutboxSettings(
            retention_days=self._retention.value(),
            retry_days=self._retry.value(),
            content_days=self._content.value(),
        )
        if days != self._before.days:
            self.days_chosen.emit(days)
        if self._checks.changed:
            self.checks_chosen.emit(self._checks.choices)
        if self._background.changed:
            self.background_chosen.emit(self._background.choices)
        if self._looks_up.isChecked() is not self._before.sender_checks:
            self.sender_checks_chosen.emit(self._looks_up.isChecked())
        if self._asks.isChecked() is not self._before.ask_at_close:
            self.ask_at_close_chosen.emit(self._asks.isChecked())

    def _add_alerts(self) -> None:
        alerts = styled_button(self.tr("Alerts by email or webhook…"))
        alerts.setObjectName("alertsButton")
        alerts.setAutoDefault(False)
        alerts.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        alerts.clicked.connect(self.alerts_asked)
        self.body.addWidget(alerts)

    def _add_looks_up(self, *, wanted: bool) -> QCheckBox:
        field = WrapCheckBox(self.tr("Look up the sender's domain in DNS"))
        field.setObjectName("senderChecksField")
        field.setToolTip(
            self.tr(
                "After a successful test or check, finds out whether recipients may distrust the mail (SPF, DMARC, MX)."
            )
        )
        field.setChecked(wanted)
        self.body.addSpacing(6)
        self.body.addWidget(field)
        return field

    def _add_asks(self, *, wanted: bool) -> QCheckBox:
        field = WrapCheckBox(self.tr("Ask about waiting messages before the window closes"))
        field.setObjectName("askAtCloseField")
        field.setChecked(wanted)
        self.body.addWidget(field)
        return field

    def _add(self, caption: str, widget: QWidget, column: QVBoxLayout | None = None) -> None:
        column = column or self.body
        label = styled_label(caption, "label")
        label.setBuddy(widget)
        column.addSpacing(6)
        column.addWidget(label)
        column.addWidget(widget)


class _Number(QSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves the wheel to the dialog, which scrolls: passing over the field must not change the number."""
        event.ignore()


def _days_field(label: str, name: str, value: int, most: int, *, least: int = 1) -> QSpinBox:
    field = _Number()
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setRange(least, max(most, value))
    field.setValue(value)
    field.setSuffix(QCoreApplication.translate("SettingsDialog", " days"))
    field.setFixedWidth(140)
    field.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not reach it
    return field
