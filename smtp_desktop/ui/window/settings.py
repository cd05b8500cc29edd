"""The settings of the program: opened in a dialog, and stored."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.check_settings import (
    OFF,
    ON,
    SENDER_CHECKS_KEY,
    CheckChoices,
    check_choices,
    kept_choices,
    sender_checks_wanted,
)
from smtp_desktop.domain.delivery.outbox_settings import (
    ASK_AT_CLOSE_KEY,
    CONTENT_KEY,
    RETENTION_KEY,
    RETRY_KEY,
    OutboxSettings,
    asks_at_close,
    outbox_settings,
)
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.settings import BACKGROUND_KEY, background_wanted
from smtp_desktop.services.ports import Preferences
from smtp_desktop.services.services import Services
from smtp_desktop.ui.background.autostart import Autostart
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import ThemeChoice, kept_choice
from smtp_desktop.ui.widgets.message_dialog import show_error

if TYPE_CHECKING:
    from smtp_desktop.ui.background.fields import BackgroundChoices


class WindowSettings(QObject):
    """Opens the settings dialog and stores the choices made in it."""

    theme_chosen = Signal(object)
    """Carries a ThemeChoice."""
    checks_chosen = Signal(object)
    """Carries CheckChoices."""
    days_kept = Signal()
    """The user changed for how many days deliveries are kept and tried, and the change is stored."""

    background_chosen = Signal(bool)
    """Whether the program is to go on when its window is closed."""
    alerts_asked = Signal(object)
    """The user wants to set alerts. Carries the dialog in front of which to ask."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        kept: Mapping[str, str],
        tasks: Tasks,
        check_status: Callable[[], str],
        autostart: Autostart | None,
    ) -> None:
        """`kept` are the preferences. `check_status` returns why some SMTPs are not checked for now, or "". Without
        `autostart`, a start at login is not offered."""
        super().__init__(window)
        self._window = window
        self._services = services
        self._check_status = check_status
        self._autostart = autostart
        self._tasks = tasks
        self._keeping = 0
        self._take(kept)

    def _take(self, kept: Mapping[str, str]) -> None:
        self._choice = kept_choice(kept)
        self._days = outbox_settings(kept)
        self._sender_checks = sender_checks_wanted(kept)
        self._checks = check_choices(kept)
        self._ask_at_close = asks_at_close(kept)
        self._stays = background_wanted(kept)

    def refresh(self) -> None:
        """Takes over what another process, such as the command line, has set."""
        self._tasks.run(self, self._services.preferences.all, self._compare, lambda _: None)

    def _compare(self, kept: Mapping[str, str]) -> None:
        if self._keeping:
            return  # what was chosen here is on its way into the store
        choice, days, checks, stays = self._choice, self._days, self._checks, self._stays
        self._take(kept)
        if self._choice is not choice:
            self.theme_chosen.emit(self._choice)
        if self._checks != checks:
            self.checks_chosen.emit(self._checks)
        if self._days != days:
            self.days_kept.emit()
        if self._stays is not stays:
            self.background_chosen.emit(self._stays)

    def show(self) -> None:
        """Opens the dialog, with the settings as they are stored by then."""
        autostart = self._autostart

        def read() -> tuple[dict[str, str], bool | None]:
            return self._services.preferences.all(), autostart.is_on() if autostart else None

        self._tasks.run(self, read, lambda found: self._open(*found), self._say)

    def _open(self, kept: Mapping[str, str], at_login: bool | None) -> None:
        self._compare(kept)
        from smtp_desktop.ui.background.fields import BackgroundChoices
        from smtp_desktop.ui.background.tray import has_tray
        from smtp_desktop.ui.window.settings_dialog import SettingsDialog, ShownSettings

        dialog = SettingsDialog(
            self._window,
            settings=ShownSettings(
                theme=self._choice,
                days=self._days,
                checks=self._checks,
                sender_checks=self._sender_checks,
                ask_at_close=self._ask_at_close,
            ),
            check_status=self._check_status(),
            background=BackgroundChoices(stays=self._stays, at_login=at_login, has_tray=has_tray()),
            home=self._services.home,
            log_path=self._services.log_path,
        )
        dialog.checks_chosen.connect(self._choose_checks)
        dialog.theme_chosen.connect(self._choose_theme)
        dialog.days_chosen.connect(self._choose_days)
        dialog.sender_checks_chosen.connect(self._choose_sender_checks)
        dialog.background_chosen.connect(self._choose_background)
        dialog.alerts_asked.connect(lambda: self.alerts_asked.emit(dialog))
        dialog.ask_at_close_chosen.connect(self._choose_ask_at_close)
        dialog.open()

    def _choose_ask_at_close(self, wanted: bool) -> None:
        self._ask_at_close = wanted
        self._keep({ASK_AT_CLOSE_KEY: ON if wanted else OFF}, lambda: None)

    def _choose_theme(self, choice: ThemeChoice) -> None:
        self._choice = choice
        self.theme_chosen.emit(choice)
        self._keep({"theme": choice.value}, lambda: None)

    def _choose_days(self, days: OutboxSettings) -> None:
        before, self._days = _kept_days(self._days), days
        self._keep(_changed(_kept_days(days), before), self.days_kept.emit)

    def _choose_sender_checks(self, wanted: bool) -> None:
        self._sender_checks = wanted
        self._keep({SENDER_CHECKS_KEY: ON if wanted else OFF}, lambda: None)

    def _choose_checks(self, checks: CheckChoices) -> None:
        before, self._checks = kept_choices(self._checks), checks
        self._keep(_changed(kept_choices(checks), before), lambda: self.checks_chosen.emit(checks))

    def _choose_background(self, choices: BackgroundChoices) -> None:
        autostart, self._stays = self._autostart, choices.stays

        def keep() -> None:
            self._services.preferences.put(BACKGROUND_KEY, ON if choices.stays else OFF)
            if autostart and autostart.is_on() is not bool(choices.at_login):
                autostart.switch(bool(choices.at_login))

        self._run(keep, lambda: self.background_chosen.emit(choices.stays))

    def _keep(self, values: Mapping[str, str], then: Callable[[], None]) -> None:
        self._run(lambda: put_all(self._services.preferences, values), then)

    def _run(self, keep: Callable[[], None], then: Callable[[], None]) -> None:
        def kept(_: object) -> None:
            self._keeping -= 1
            then()

        def failed(error: SmtpDesktopError) -> None:
            self._keeping -= 1
            self._say(error)

        self._keeping += 1
        self._tasks.run(self, keep, kept, failed)

    def _say(self, error: SmtpDesktopError) -> None:
        show_error(self._window, error)


def _kept_days(days: OutboxSettings) -> dict[str, str]:
    kept = {RETENTION_KEY: days.retention_days, RETRY_KEY: days.retry_days, CONTENT_KEY: days.content_days}
    return {key: str(number) for key, number in kept.items()}


def _changed(values: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Returns the values that differ: what the user left alone may be another one by now, and stays so."""
    return {key: value for key, value in values.items() if before.get(key) != value}


def put_all(preferences: Preferences, values: Mapping[str, str]) -> None:
    """Stores every value under its key. Raises StoreError."""
    for key, value in values.items():
        preferences.put(key, value)
