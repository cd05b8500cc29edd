"""Certificates in the window: shown, and trusted for one SMTP alone."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId
from smtp_desktop.services.checks.tester import Report
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.certificates.dialog import TrustDialog
    from smtp_desktop.ui.checks.trial_dialog import TrialDialog


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRequest:
    """Trust this for the SMTP, whose server is `host_name`; a `profile_id` of None is the one that is created."""

    profile_id: ProfileId | None
    host_name: str
    trusted: Authority | Certificate


class Trusting(QObject):
    """Opens the dialogs about certificates, and reads files with CAs on a worker."""

    asked = Signal(object)
    """The admin trusts something: a TrustRequest."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._tasks = tasks

    def offer(self, dialog: TrialDialog, report: Report) -> None:
        """What can be done about the certificate that the server showed is offered in the dialog of its trial."""
        server, timeline = report.profile.server, report.timeline
        if not isinstance(server, GenericServer):
            return
        if timeline.failure and timeline.failure.kind is FailureKind.CERTIFICATE:
            dialog.offer("trustButton", self.tr("Trust this certificate…"), lambda: self._ask(dialog, report))
        elif timeline.security and timeline.security.chain:
            chain = timeline.security.chain
            dialog.offer(
                "showCertificateButton",
                self.tr("Show certificate"),
                lambda: self._show(dialog, server.host_name, chain),
            )

    def show_fact(self, fact: ServerFact) -> None:
        """The certificates are shown that a server was last seen with."""
        self._show(self._window, fact.host, fact.security.chain)

    def _show(self, parent: QWidget, host: str, chain: tuple[Certificate, ...]) -> None:
        from smtp_desktop.ui.certificates.dialog import CertificateDialog

        CertificateDialog(parent, host=host, chain=chain).open()

    def _ask(self, trial: TrialDialog, report: Report) -> None:
        server, failure = report.profile.server, report.timeline.failure
        if failure is None or not isinstance(server, GenericServer):
            return
        host = server.host_name
        from smtp_desktop.ui.certificates.dialog import TrustDialog

        dialog = TrustDialog(trial, host=host, failure=failure)
        dialog.file_chosen.connect(lambda path: self._read(dialog, Path(path), failure.chain))

        def confirmed(trusted: Authority | Certificate) -> None:
            trial.accept()
            # A form that is not saved yet has no id.
            self.asked.emit(TrustRequest(profile_id=report.profile.id or None, host_name=host, trusted=trusted))

        dialog.confirmed.connect(confirmed)
        dialog.open()

    def _read(self, dialog: TrustDialog, path: Path, chain: tuple[Certificate, ...]) -> None:
        def work() -> tuple[Authority, bool]:
            authorities = self._services.authorities
            authority = authorities.read(path)
            return authority, authorities.issued(authority, chain)

        self._tasks.run(
            dialog,
            work,
            lambda found: dialog.show_authority(found[0], issued=found[1]),
            lambda error: dialog.show_file_problem(shown(error.message)),
        )
