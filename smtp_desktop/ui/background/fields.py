"""The fields for the background in the settings."""

from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop.ui.widgets.labels import Caption
from smtp_desktop.ui.widgets.wrap_check_box import WrapCheckBox


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundChoices:
    """Whether the program stays when its window is closed, and starts at login; `at_login` is None where that is not
    offered here. `has_tray` is whether this desktop has a tray."""

    stays: bool = False
    at_login: bool | None = False
    has_tray: bool = True


class BackgroundFields(QWidget):
    """Check boxes for both choices, and what this desktop lacks for them."""

    def __init__(self, before: BackgroundChoices) -> None:
        super().__init__()
        self._before = before
        self._stays = WrapCheckBox(self.tr("Keep running in the tray when the window is closed"))
        self._stays.setObjectName("backgroundBox")
        self._stays.setChecked(before.stays)
        self._at_login = WrapCheckBox(self.tr("Start at login, without a window"))
        self._at_login.setObjectName("startAtLoginBox")
        self._at_login.setChecked(bool(before.at_login))
        self._stays.toggled.connect(self._show_what_goes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self._stays, self._at_login):
            column.addWidget(part)
        for name, words in (
            (
                "noTrayNote",
                "" if before.has_tray else self.tr("This desktop has no tray, so closing the window ends the program."),
            ),
            (
                "noLoginNote",
                "" if before.at_login is not None else self.tr("Starting at login is not available on this system."),
            ),
        ):
            note = Caption("warning" if name == "noTrayNote" else "hint", wraps=True)
            note.setObjectName(name)
            note.show_text(words)
            column.addWidget(note)
        self._show_what_goes()

    @property
    def choices(self) -> BackgroundChoices:
        """The choices as they are now."""
        stays = self._stays.isChecked()
        offered = self._before.at_login is not None
        at_login = stays and self._at_login.isChecked() if offered else None
        return BackgroundChoices(stays=stays, at_login=at_login, has_tray=self._before.has_tray)

    @property
    def changed(self) -> bool:
        """Whether the choices differ from those at the start."""
        return self.choices != self._before

    def _show_what_goes(self) -> None:
        self._at_login.setEnabled(self._stays.isChecked() and self._before.at_login is not None)
