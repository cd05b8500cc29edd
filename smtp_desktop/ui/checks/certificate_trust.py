"""Trust in certificates that the system does not trust: asked for after a test, known for the cards and the form."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.certificates.dialog import TrustDialog
    from smtp_desktop.ui.checks.test_dialog import TestDialog


class KnownAuthorities(QObject):
    """The certificates of trusted CAs, read on a worker and remembered. Lives on the GUI thread."""

    changed = Signal()
    """More certificates are known."""

    def __init__(self, services: Services, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._known: dict[str, Certificate | None] = {}

    def get(self, pem: str) -> Certificate | None:
        """Returns the certificate of the CA in PEM form; None where it is not known yet, or can't be read."""
        return self._known.get(pem)

    def learn(self, authority: Authority) -> None:
        """Remembers a CA whose certificate is read already."""
        self._known[authority.pem] = authority.certificate

    def look_up(self, pems: Collection[str]) -> None:
        """Reads the certificates of these CAs, in PEM form, on a worker; `changed` is emitted when they are known."""
        unknown = frozenset(pems) - self._known.keys()
        if not unknown:
            return
        self._tasks.run(
            self,
            lambda: {pem: self._services.authorities.certificate(pem) for pem in unknown},
            self._remember,
            lambda _: None,
        )

    def _remember(self, found: dict[str, Certificate | None]) -> None:
        self._known |= found
        self.changed.emit()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRequest:
    """Trust this for the SMTP, whose server is `host_name`; a `profile_id` of None is the one that is being created."""

    profile_id: ProfileId | None
    host_name: str
    trusted: Authority | Certificate


def may_be_trusted(failure: Failure) -> bool:
    """Returns whether `failure` is about a certificate, which the user may trust all the same."""
    return failure.kind is FailureKind.CERTIFICATE


class CertificateTrust(QObject):
    """Opens the dialogs about certificates, and reads files with CAs on a worker."""

    requested = Signal(object)
    """The user trusts a CA or a certificate. Carries a TrustRequest."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._tasks = tasks

    def offer(self, dialog: TestDialog, report: Report) -> None:
        """Adds a button to `dialog` that trusts or shows the certificate of the server, depending on how it ended."""
        server, timeline = report.profile.server, report.timeline
        if not isinstance(server, GenericServer):
            return
        failure, profile = timeline.failure, report.profile
        if failure and may_be_trusted(failure):
            label = self.tr("Trust this certificate…")
            dialog.offer("trustButton", label, lambda: self.ask(dialog, profile, failure))
        elif timeline.security and timeline.security.chain:
            chain = timeline.security.chain
            dialog.offer(
                "showCertificateButton",
                self.tr("Show certificate"),
                lambda: self._show(dialog, server.host_name, chain),
            )

    def show_fact(self, fact: ServerFact) -> None:
        """Opens a dialog with the certificates that the server was last seen with."""
        self._show(self._window, fact.host, fact.security.chain)

    def _show(self, parent: QWidget, host: str, chain: tuple[Certificate, ...]) -> None:
        from smtp_desktop.ui.certificates.dialog import CertificateDialog

        CertificateDialog(parent, host=host, chain=chain).open()

    def ask(self, parent: QWidget, profile: SmtpProfile, failure: Failure) -> None:
        """Opens the dialog that trusts the certificate which `failure` of `profile` is about."""
        from smtp_desktop.ui.certificates.dialog import TrustDialog

        server = profile.server
        if not isinstance(server, GenericServer):
            return
        host = server.host_name
        dialog = TrustDialog(parent, host=host, failure=failure)
        dialog.file_chosen.connect(lambda path: self._read(dialog, Path(path), failure.chain))

        def confirmed(trusted: Authority | Certificate) -> None:
            # A form that is not saved yet has no id.
            self.requested.emit(TrustRequest(profile_id=profile.id or None, host_name=host, trusted=trusted))

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
