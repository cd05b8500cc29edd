"""Settings, and what to tell when asking for help."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from smtp_desktop.domain.outbox_days import OutboxDays
from smtp_desktop.services.trial_report import version_lines
from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.styled import styled_button, styled_label
from smtp_desktop.ui.theme import ThemeChoice

_MOST_RETENTION_DAYS, _MOST_RETRY_DAYS = 3650, 30


class SettingsDialog(Dialog):
    """Theme, how long deliveries are kept and tried, whether senders are looked up in DNS, where data and logs are, and
    versions that can be copied into a ticket."""

    theme_chosen = Signal(object)
    """Carries a ThemeChoice; emitted at once, so that the admin sees it."""
    days_chosen = Signal(object)
    """Carries OutboxDays, when the dialog is left with Ok and they are others."""

    sender_checks_chosen = Signal(bool)
    """Carries whether the sender's domain is to be looked up, when the dialog is left with Ok and it was changed."""

    def __init__(
        self,
        parent: QWidget,
        *,
        theme: ThemeChoice,
        days: OutboxDays,
        sender_checks: bool,
        home: Path,
        log_path: Path,
    ) -> None:
        super().__init__(parent, name="settingsDialog", title=self.tr("Settings"), width=520)
        self._about = "\n".join(version_lines(f"Qt {qVersion()}"))
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
        self._days = days
        self._retention = self._add_days(
            self.tr("Keep finished deliveries for"), "retentionField", days.retention, _MOST_RETENTION_DAYS
        )
        self._retry = self._add_days(self.tr("Try to send a mail for"), "retryLimitField", days.retry, _MOST_RETRY_DAYS)
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

    def _confirm(self) -> None:
        self.accept()
        days = OutboxDays(retention=self._retention.value(), retry=self._retry.value())
        if days != self._days:
            self.days_chosen.emit(days)
        if self._looks_up.isChecked() is not self._sender_checks:
            self.sender_checks_chosen.emit(self._looks_up.isChecked())

    def _add_looks_up(self, *, wanted: bool) -> QCheckBox:
        field = QCheckBox(self.tr("Look up the sender's domain in DNS"))
        field.setObjectName("senderChecksField")
        field.setToolTip(
            self.tr("After a test or check that worked: whether recipients may distrust the mail (SPF, DMARC, MX).")
        )
        field.setChecked(wanted)
        self.body.addSpacing(6)
        self.body.addWidget(field)
        return field

    def _add_days(self, caption: str, name: str, value: int, most: int) -> QSpinBox:
        field = QSpinBox()
        field.setObjectName(name)
        field.setAccessibleName(caption)
        field.setRange(1, max(most, value))
        field.setValue(value)
        field.setSuffix(self.tr(" days"))
        field.setFixedWidth(140)
        field.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not reach it
        self._add(caption, field)
        return field

    def _add(self, caption: str, widget: QWidget) -> None:
        label = styled_label(caption, "label")
        label.setBuddy(widget)
        self.body.addSpacing(6)
        self.body.addWidget(label)
        self.body.addWidget(widget)
