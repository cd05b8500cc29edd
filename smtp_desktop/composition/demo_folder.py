"""The data folder of a demo: sample data, a vault whose master password is known, and the mailbox that it plays."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from smtp_desktop.composition import demo
from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import VAULT_FILE, mark_as_demo, opened_home, unusable_home
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.sample_mailbox import SampleMailbox
from smtp_desktop.vault.sealed_file import EncryptedFileVault

PASSWORD = "demo"  # noqa: S105 - of sample data: it opens the vault, and signs in to the local inbox
_INBOX_CA_FILE = "inbox-ca.pem"


class DemoFolder:
    """A demo in the folder `home`. Other processes find in it all that they need, but for the master password. `vault`
    is open. The Microsoft 365 mailbox that it plays listens until `stop`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.master = Secret(PASSWORD)
        self.vault = EncryptedFileVault(home / VAULT_FILE)
        self.vault.unlock(self.master)
        self._mailbox = SampleMailbox(datetime.now(UTC), self._take)
        mark_as_demo(home, self._mailbox.ca_pem)
        self._application: Application | None = None

    def fill(self, application: Application, *, port: int | None = None) -> None:
        """Starts the local inbox and creates the sample SMTPs and activities. From now on what is sent through the
        mailbox gets into the local inbox. That listens on `port`, also for clients that do not sign in; or for None
        where it can. Raises PortTaken and other SmtpDesktopErrors."""
        self._application = application
        application.inbox.password = Secret(PASSWORD)
        if port is not None:
            application.inbox.start(port, demands_sign_in=False)
        services = application.services
        played = demo.Played(
            inbox=services.inbox_setup.open(),
            password=application.inbox.password,
            graph_url=self._mailbox.url,
            account=self._mailbox.account,
        )
        demo.fill(services.profiles, services.activities, played, application.clock.now().date())
        (self.home / _INBOX_CA_FILE).write_text(application.inbox.ca_pem, encoding="ascii")

    def stop(self) -> None:
        """Frees the port of the mailbox."""
        self._mailbox.stop()

    def _take(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> None:
        if self._application:
            self._application.inbox.mailbox.add(sender=sender, recipients=recipients, raw=raw)


@contextmanager
def demo_folder(chosen: Path | None) -> Iterator[DemoFolder]:
    """Yields a demo in the folder `chosen`, or in a temporary one for None, and removes the folder afterwards,
    unless it was there before. Raises StoreError if there is anything in it."""
    with _folder(chosen) as home:
        made = DemoFolder(home)
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is None:
        # Commands of other processes may still have files of it open, which Windows does not remove.
        with tempfile.TemporaryDirectory(prefix="smtp-desktop-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    existed = chosen.exists()
    home = opened_home(chosen)
    try:
        if any(home.iterdir()):
            raise StoreError(
                msg("{path} is not empty. A demo needs an empty folder; choose another one.", path=str(home))
            )
    except OSError as error:
        raise unusable_home(home, error) from error
    try:
        yield home
    finally:
        if not existed:
            shutil.rmtree(home, ignore_errors=True)
