"""The actions on an app's certificates in the form of an SMTP: made, read and saved on workers."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.smtp.draft import with_next_certificate
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.services import Services
from smtp_desktop.services.sign_in.key_file import read_key_file
from smtp_desktop.ui.checks.tested_settings import FormContent
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.widgets.message_dialog import show_error
from smtp_desktop.ui.widgets.message_text import error_text

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
    from smtp_desktop.domain.smtp.draft import ProfileDraft
    from smtp_desktop.domain.smtp.oauth import AppCertificate
    from smtp_desktop.ui.checks.test_runs import TestRuns
    from smtp_desktop.ui.sign_in.certificate_dialog import ImportCertificateDialog, KeyFiles
    from smtp_desktop.ui.smtps.panel import SmtpPanel

_T = TypeVar("_T")


class AppCertificateActions(QObject):
    """Does what the certificate field asks for. What is made or read goes into the form, and is stored with it."""

    def __init__(
        self,
        *,
        window: QWidget,
        panel: Lazy[SmtpPanel],
        test_runs: TestRuns,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
    ) -> None:
        super().__init__(window)
        self._window, self._later_panel, self._test_runs = window, panel, test_runs
        self._services, self._tasks, self._unlocker = services, tasks, unlocker
        panel.apply("certificates", self._connect_panel)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        field = panel.form.sign_in.certificate
        field.make_asked.connect(self._make)
        field.import_asked.connect(self._import)
        field.save_asked.connect(self._save)
        field.test_next_asked.connect(self._test_next)
        field.switch_asked.connect(self._switch)
        panel.form.sign_in.key_file_link.clicked.connect(self._choose_key_file)

    @property
    def _panel(self) -> SmtpPanel:
        return self._later_panel()

    def _make(self) -> None:
        name = self._panel.draft().name.strip() or self.tr("SMTP")
        self._run(lambda: self._services.certificates.make(name), self._take, self._make)

    def _take(self, keyed: KeyedCertificate) -> None:
        self._panel.form.sign_in.certificate.take(keyed.certificate, keyed.secret)

    def _import(self) -> None:
        from smtp_desktop.ui.sign_in.certificate_dialog import ImportCertificateDialog

        dialog = ImportCertificateDialog(self._window)
        dialog.confirmed.connect(lambda files: self._read(dialog, files))
        dialog.open()

    def _read(self, dialog: ImportCertificateDialog, files: KeyFiles) -> None:
        def done(keyed: KeyedCertificate) -> None:
            dialog.accept()
            self._take(keyed)

        self._tasks.run(
            dialog,
            lambda: self._services.certificates.read(files.paths, files.password),
            done,
            lambda error: dialog.show_problem(error_text(error)),
        )

    def _save(self, certificate: AppCertificate) -> None:
        dialog = QFileDialog(self._window, self.tr("Save the certificate"))
        dialog.setObjectName("saveCertificateDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{self._panel.draft().name.strip() or 'app'}.cer")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._write(certificate, Path(path)))
        dialog.open()

    def _write(self, certificate: AppCertificate, path: Path) -> None:
        self._run(
            lambda: self._services.certificates.save_public_part(certificate, path),
            lambda _: None,
            lambda: self._write(certificate, path),
        )

    def _test_next(self) -> None:
        draft, stored = self._panel.draft(), self._panel.stored
        if draft.next_certificate:
            self._test(with_next_certificate(draft, draft.next_certificate), stored)
        elif stored:
            self._run(
                lambda: self._services.certificates.draft_with_next(stored.id),
                lambda draft: self._test(draft, stored),
                self._test_next,
            )

    def _test(self, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
        self._test_runs.test_as_is(FormContent(draft=draft, stored=stored, changed=True))

    def _switch(self) -> None:
        stored = self._panel.stored
        if stored:
            self._run(lambda: self._services.certificates.switch(stored), lambda _: None, self._switch)

    def _choose_key_file(self) -> None:
        dialog = QFileDialog(self._window, self.tr("The service account's key"))
        dialog.setObjectName("serviceAccountDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("JSON (*.json)"), self.tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._read_key_file)
        dialog.open()

    def _read_key_file(self, path: str) -> None:
        self._run(
            lambda: read_key_file(Path(path)),
            self._panel.form.sign_in.take_service_account,
            lambda: self._read_key_file(path),
        )

    def _run(self, work: Callable[[], _T], done: Callable[[_T], None], again: Callable[[], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            if not self._unlocker.wants(error, again):
                show_error(self._window, error)

        self._tasks.run(self, work, done, failed)
