"""The settings of alerts: opened in a dialog, tested, and stored."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import FieldErrors, SmtpDesktopError
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.widgets.message_dialog import show_error

if TYPE_CHECKING:
    from smtp_desktop.domain.checks.alert import AlertChannel
    from smtp_desktop.domain.message_text import MessageText
    from smtp_desktop.services.alerts.alert_settings import AlertDraft
    from smtp_desktop.ui.alerts.dialog import AlertsDialog

T = TypeVar("T")


class WindowAlertSettings(QObject):
    """Opens the dialog for alerts, and does what is asked for there."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, unlocker: VaultUnlocker) -> None:
        super().__init__(window)
        self._window, self._services, self._tasks, self._unlocker = window, services, tasks, unlocker

    def show(self, parent: QWidget) -> None:
        """Opens the dialog in front of `parent`."""
        services = self._services

        def read() -> Callable[[], AlertsDialog]:
            settings = services.alert_settings
            choices, smtps, problems = settings.read(), services.profiles.all(), settings.problems()
            from smtp_desktop.ui.alerts.dialog import AlertsDialog

            return lambda: AlertsDialog(parent, choices=choices, smtps=smtps, problems=problems)

        self._tasks.run(self, read, lambda make: self._open(make()), lambda e: self._say(parent, e))

    def _open(self, dialog: AlertsDialog) -> None:
        cancel = Cancel()
        dialog.rejected.connect(cancel.request)
        dialog.save_asked.connect(lambda draft: self._save(dialog, draft))
        dialog.test_asked.connect(lambda draft: self._test(dialog, draft, cancel))
        dialog.open()

    def _save(self, dialog: AlertsDialog, draft: AlertDraft) -> None:
        self._run(
            dialog, self.tr("Saving…"), lambda: self._services.alert_settings.save(draft), lambda _: dialog.accept()
        )

    def _test(self, dialog: AlertsDialog, draft: AlertDraft, cancel: Cancel) -> None:
        def send() -> Mapping[AlertChannel, MessageText | None]:
            return self._services.alert_settings.send_test(draft, cancel=cancel)

        self._run(dialog, self.tr("Sending a test alert…"), send, dialog.show_results)

    def _run(self, dialog: AlertsDialog, words: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            if isinstance(error, FieldErrors):
                dialog.show_errors(error)
                return
            dialog.show_busy(None)
            if not self._unlocker.wants(error, lambda: self._run(dialog, words, work, done)):
                self._say(dialog, error)

        dialog.show_busy(words)
        self._tasks.run(dialog, work, done, failed)

    def _say(self, parent: QWidget, error: SmtpDesktopError) -> None:
        show_error(parent, error)
