"""Settings, and what to tell when asking for help."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.delivery.routing import OutboxDays
from smtp_desktop.services.checks.report import version_lines
from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.fields.check_fields import CheckFields
from smtp_desktop.ui.styled import styled_button, styled_label
from smtp_desktop.ui.theme import ThemeChoice
from smtp_desktop.ui.views.fitting_scroll import FittingScroll

_MOST_RETENTION_DAYS, _MOST_RETRY_DAYS = 3650, 30


class SettingsDialog(Dialog):
    """Theme, automatic checks, how long deliveries are kept and tried, whether senders are looked up in DNS, where data
    and logs are, and versions that can be copied into a ticket."""

    theme_chosen = Signal(object)
    """Carries a ThemeChoice; emitted at once, so that the admin sees it."""
    days_chosen = Signal(object)
    """Carries OutboxDays, when the dialog is left with Ok and they are others."""

    sender_checks_chosen = Signal(bool)
    """Carries whether the sender's domain is to be looked up, when the dialog is left with Ok and it was changed."""
    checks_chosen = Signal(object)
    """Carries CheckChoices, as `days_chosen` does."""

    def __init__(
        self,
        parent: QWidget,
        *,
        theme: ThemeChoice,
        days: OutboxDays,
        sender_checks: bool,
        checks: CheckChoices,
        check_status: str,
        home: Path,
        log_path: Path,
    ) -> None:
        super().__init__(parent, name="settingsDialog", title=self.tr("Settings"), width=520)
        self._about = "\n".join(version_lines(f"Qt {qVersion()}"))
        scroll = FittingScroll()  # on a low screen
        self._column = scroll.column
        self._column.setSpacing(self.body.spacing())
        self.body.addWidget(scroll, 1)
        choice = QComboBox()
        choice.setObjectName("themeField")
        choice.setAccessibleName(self.tr("Theme"))
        names = {
            ThemeChoice.SYSTEM: self.tr("As the system"),
            ThemeChoice.LIGHT: self.tr("Light"),
            ThemeChoice.DARK: self.tr("Dark"),
        }
        for value, words in names.items():
            choice.addItem(words, value)
        choice.setCurrentIndex(choice.findData(theme))
        # Qt keeps a StrEnum as the plain text that it is.
        choice.currentIndexChanged.connect(lambda _: self.theme_chosen.emit(ThemeChoice(choice.currentData())))
        self._add(self.tr("Theme"), choice)
        self._checks = CheckFields(checks, check_status)
        self._add(self.tr("Automatic checks"), self._checks)
        self._days = days
        keep, attempt = self.tr("Keep finished deliveries for"), self.tr("Try to send a mail for")
        self._retention = _days_field(keep, "retentionField", days.retention, _MOST_RETENTION_DAYS)
        self._retry = _days_field(attempt, "retryLimitField", days.retry, _MOST_RETRY_DAYS)
        # Side by side: the dialog has to fit a low screen.
        row = QHBoxLayout()
        row.setSpacing(24)
        for caption, field in ((keep, self._retention), (attempt, self._retry)):
            column = QVBoxLayout()
            column.setSpacing(self._column.spacing())
            self._add(caption, field, column)
            row.addLayout(column)
        row.addStretch(1)
        self._column.addLayout(row)
        self._sender_checks = sender_checks
        self._looks_up = self._add_looks_up(wanted=sender_checks)
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
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._about))
        self.footer.addWidget(copy)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Ok")).clicked.connect(self._confirm)
        scroll.refit()
        self.fit()

    def _confirm(self) -> None:
        self.accept()
        days = OutboxDays(retention=self._retention.value(), retry=self._retry.value())
        if days != self._days:
            self.days_chosen.emit(days)
        if self._checks.changed:
            self.checks_chosen.emit(self._checks.choices)
        if self._looks_up.isChecked() is not self._sender_checks:
            self.sender_checks_chosen.emit(self._looks_up.isChecked())

    def _add_looks_up(self, *, wanted: bool) -> QCheckBox:
        field = QCheckBox(self.tr("Look up the sender's domain in DNS"))
        field.setObjectName("senderChecksField")
        field.setToolTip(
            self.tr("After a test or check that worked: whether recipients may distrust the mail (SPF, DMARC, MX).")
        )
        field.setChecked(wanted)
        self._column.addSpacing(6)
        self._column.addWidget(field)
        return field

    def _add(self, caption: str, widget: QWidget, column: QVBoxLayout | None = None) -> None:
        column = column or self._column
        label = styled_label(caption, "label")
        label.setBuddy(widget)
        column.addSpacing(6)
        column.addWidget(label)
        column.addWidget(widget)


def _days_field(label: str, name: str, value: int, most: int) -> QSpinBox:
    field = QSpinBox()
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setRange(1, max(most, value))
    field.setValue(value)
    field.setSuffix(QCoreApplication.translate("SettingsDialog", " days"))
    field.setFixedWidth(140)
    field.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not reach it
    return field
