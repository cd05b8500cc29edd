"""Moving in and out in the window: import and export, and what leads there."""
# ruff: noqa: PLC0415 - few windows do either

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smtp_desktop.ui.runtime.file_drop import FileDrop
from smtp_desktop.ui.runtime.lazy import Lazy

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.exports.window_export import WindowExport
    from smtp_desktop.ui.imports.window_import import WindowImport
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
    from smtp_desktop.ui.smtps.section import SmtpSection
    from smtp_desktop.ui.theme.theme import Theme


class Transfer(QObject):
    """Opens the dialogs of import and export. Files that are dropped on the window are looked at."""

    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(
        self,
        *,
        window: QWidget,
        smtps: SmtpSection,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window, self._smtps = window, smtps
        self._services, self._tasks, self._unlocker = services, tasks, unlocker
        self._theme = theme
        self._importing = Lazy(self._make_import)
        self._exporting = Lazy(self._make_export)
        FileDrop(window).dropped.connect(self.open_import)
        smtps.page.import_asked.connect(self.open_import)
        smtps.export_asked.connect(self.open_export)

    def open_import(self, paths: Sequence[str] = ()) -> None:
        """Opens the Import dialog, with what is found in these files and folders."""
        self._importing().open(paths)

    def open_export(self, selected: Sequence[SmtpProfile] = ()) -> None:
        """Opens the Export dialog, for these SMTPs or all."""
        self._exporting().open(selected)

    def export_selected(self) -> None:
        """Opens the Export dialog, for the selected SMTPs or all."""
        self.open_export(self._smtps.page.selected())

    def set_theme(self, theme: Theme) -> None:
        """Applies `theme` to dialogs that are opened later."""
        self._theme = theme
        self._importing.apply("theme", lambda one: setattr(one, "theme", theme))

    def _make_import(self) -> WindowImport:
        from smtp_desktop.ui.imports.window_import import WindowImport

        made = WindowImport(
            window=self._window,
            services=self._services,
            tasks=self._tasks,
            unlocker=self._unlocker,
            theme=self._theme,
        )
        made.said.connect(self.said)
        made.check_asked.connect(self._check)
        return made

    def _make_export(self) -> WindowExport:
        from smtp_desktop.ui.exports.window_export import WindowExport

        return WindowExport(
            window=self._window,
            services=self._services,
            tasks=self._tasks,
            unlocker=self._unlocker,
            count=lambda: len(self._smtps.cards.profiles),
        )

    def _check(self, profile_ids: Sequence[ProfileId]) -> None:
        smtps = self._smtps
        smtps.when_loaded(lambda: smtps.checks.check(profile_ids))
