"""What the certificates of trusted CAs say, read on a worker and remembered."""

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks


class KnownAuthorities(QObject):
    """Answers at once; `changed` tells when it knows more."""

    changed = Signal()

    def __init__(self, services: Services, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._known: dict[str, Certificate | None] = {}

    def get(self, pem: str) -> Certificate | None:
        """Returns what the certificate of the CA says; None where that is not known, or can't be read."""
        return self._known.get(pem)

    def learn(self, authority: Authority) -> None:
        """This CA is known."""
        self._known[authority.pem] = authority.certificate

    def look_up(self, pems: Collection[str]) -> None:
        """These CAs are known soon."""
        unknown = frozenset(pems) - self._known.keys()
        if not unknown:
            return
        services = self._services
        self._tasks.run(
            self,
            # What reads certificates is loaded by the first one.
            lambda: {pem: services.authorities.certificate(pem) for pem in unknown},
            self._remember,
            lambda _: None,
        )

    def _remember(self, found: dict[str, Certificate | None]) -> None:
        self._known |= found
        self.changed.emit()
