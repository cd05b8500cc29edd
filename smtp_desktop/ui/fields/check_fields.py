"""Whether and how often SMTPs are checked by themselves, as fields."""

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.check_settings import LEAST_MINUTES, MOST_MINUTES, USUAL_MINUTES, CheckChoices
from smtp_desktop.ui.fields.caption import Caption

_SPIN_PX = 140


class CheckFields(QWidget):
    """Two boxes, and the minutes between checks."""

    def __init__(self, choices: CheckChoices, status: str) -> None:
        """`status` tells why some SMTPs are not checked for now."""
        super().__init__()
        self._before = choices
        self._on = QCheckBox(self.tr("Check every SMTP every"))
        self._on.setObjectName("automaticChecksBox")
        self._on.setChecked(choices.every_minutes is not None)
        self._minutes = QSpinBox()
        self._minutes.setObjectName("checkEveryField")
        self._minutes.setAccessibleName(self.tr("Minutes between automatic checks"))
        self._minutes.setRange(LEAST_MINUTES, MOST_MINUTES)
        self._minutes.setValue(choices.every_minutes or USUAL_MINUTES)
        self._minutes.setSuffix(self.tr(" minutes"))
        self._minutes.setFixedWidth(_SPIN_PX)
        self._minutes.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not reach it
        self._notify = QCheckBox(self.tr("Notify when an SMTP stops working or works again"))
        self._notify.setObjectName("notifyBox")
        self._notify.setChecked(choices.notify)
        note = Caption("warning", wraps=True)
        note.setObjectName("automaticStatus")
        self._on.toggled.connect(self._minutes.setEnabled)
        self._minutes.setEnabled(self._on.isChecked())
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._on)
        row.addWidget(self._minutes)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._notify)
        column.addWidget(note)
        note.show_text(status)

    @property
    def choices(self) -> CheckChoices:
        """What is chosen now."""
        every = self._minutes.value() if self._on.isChecked() else None
        return CheckChoices(every_minutes=every, notify=self._notify.isChecked())

    @property
    def changed(self) -> bool:
        """Whether that is something else than at first."""
        return self.choices != self._before
