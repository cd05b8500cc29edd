"""What stands in for the window's environment: its adapters, a store that can fail, the clock, the advice."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakes.authorization_servers import FakeAuthorizationServers
from fakes.certificate_maker import FakeCertificateMaker
from fakes.databases import opened_database
from fakes.discovery import FakeAutoconfig, FakeDns
from fakes.known_advice import OAUTH_RULES, SMTP_RULES
from fakes.known_providers import PROVIDERS
from fakes.mailboxes import FakeMailboxes
from fakes.prober import FakeProber
from fakes.sealed_exports import CHEAP
from fakes.transport import FakeTransport
from fakes.vault import MemoryVault
from ui.timelines import success

from smtp_desktop.composition.mail_format import Rfc5322
from smtp_desktop.domain.checks.health import CheckResult, Overview
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.rules import AdviceRule, RuleSet, rules_from
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import MailReceived
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.formats.registry import Formats
from smtp_desktop.formats.writing.registry import Writers
from smtp_desktop.local_inbox.mailbox import Mailbox
from smtp_desktop.services.data_folder import DataFolder, VaultKind
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.alerts import SqliteAlerts
from smtp_desktop.store.backup.folder import BackupFolder
from smtp_desktop.store.backup.home import SqliteHome
from smtp_desktop.store.backup.small_backups import SqliteBackups
from smtp_desktop.store.changes import SqliteChangeSignal
from smtp_desktop.store.database import Database
from smtp_desktop.store.files import DiskFiles
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.kept_forms import FormFiles
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.overview import read_overview
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.setup import SqliteSetup
from smtp_desktop.store.signed_in import SqliteSignedIn
from smtp_desktop.transports.net.ca_files import CaFiles
from smtp_desktop.transports.webhook import HttpWebhook
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.notifications import Notice
from smtp_desktop.vault.sealed_backup import SealedBackups
from smtp_desktop.vault.sealed_export import SealedExports

GRAPH_RULES = rules_from(
    [
        {
            "when": {"kinds": ["graph_refused"], "codes": [403]},
            "title": "The app may not use this mailbox",
            "meaning": "Microsoft Graph answered, but the app registration lacks a permission.",
            "steps": ["Grant the permission.", "Give admin consent."],
        }
    ],
    Providers(),
)


class BreakableProfiles(SqliteProfiles):
    """`failure` is raised when all SMTPs are read. With `slow` set, what was read comes only once `come` is set."""

    failure: StoreError | None = None
    slow = False

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read, self.come = threading.Event(), threading.Event()

    def all(self) -> Sequence[SmtpProfile]:
        if self.failure:
            raise self.failure
        found = super().all()
        if self.slow:
            self.slow = False
            self.read.set()
            self.come.wait(20)
        return found


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class RecordedNotices:
    """A desktop that shows nothing: `shown` are the notices, `click` clicks the last one."""

    def __init__(self) -> None:
        self.shown: list[Notice] = []
        self.click: Callable[[], None] = lambda: None

    def notify(self, notice: Notice, clicked: Callable[[], None]) -> None:
        self.shown.append(notice)
        self.click = clicked

    def close(self) -> None:
        self.click = lambda: None


def advice_rules() -> Mapping[RuleSet, Sequence[AdviceRule]]:
    """Returns the rules of each set: the real ones, but one of Graph."""
    return {RuleSet.GENERIC: SMTP_RULES, RuleSet.GRAPH: GRAPH_RULES, RuleSet.OAUTH: OAUTH_RULES}


class FakeAdapters:
    """Adapters on a real database, with fakes for what is outside this computer (`services.adapters.Adapters`)."""

    def __init__(self, home: Path, events: Bus) -> None:
        self.home, self.log_path, self.events = home, home / "window.log", events
        self.home_risk: MessageText | None = None
        self.database = opened_database(home / "smtp-desktop.db")
        self.profile_store = BreakableProfiles(self.database)
        self.setup_store, self.format_readers = SqliteSetup(self.database), Formats()
        self.health_store = SqliteHealth(self.database)
        self.activity_store = SqliteActivities(self.database)
        self.outbox_store = SqliteOutbox(self.database)
        self.backup_store = SqliteBackups(self.database, BackupFolder(home / "smtp-desktop.db"))
        self.home_store, self.backup_sealer = SqliteHome(home / "smtp-desktop.db"), SealedBackups(CHEAP)
        self.alert_store, self.webhook = SqliteAlerts(self.database), HttpWebhook()
        self.preferences = SqlitePreferences(self.database)
        self.signed_in_store = SqliteSignedIn(self.database)
        self.change_signal = SqliteChangeSignal(home / "smtp-desktop.db")
        self.vault = MemoryVault()
        self.sealer, self.program_writers = SealedExports(CHEAP), Writers()
        self.transport, self.prober, self.mailboxes = FakeTransport(success=success), FakeProber(), FakeMailboxes()
        self.connector: Any = None  # like the one below, what nothing in the window of a test asks for
        self.dns, self.autoconfig = FakeDns(), FakeAutoconfig()
        self.inbox_server: Any = None
        self.authorities, self.files, self.clock = CaFiles(), DiskFiles(), SystemClock()
        self.certificate_maker = FakeCertificateMaker()
        self.authorization_servers = FakeAuthorizationServers(self.clock)
        self.mail_format = Rfc5322()
        self.inbox = Mailbox(lambda count: events.publish(MailReceived(count=count)))
        self.kept_forms = FormFiles(home / "unsaved")
        self.first_cards: int | None = None
        self._rules = advice_rules()
        self._numbers = itertools.count(1)

    def restore_lock(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read_overview(self, *, count: int, results: int) -> Overview:
        """Returns the first `count` SMTPs, or as many as `first_cards` says."""
        return read_overview(self.database, count=self.first_cards or count, results=results)

    def read_holds(self) -> Mapping[ProfileId, SmtpHold]:
        return {hold.profile_id: hold for hold in self.outbox_store.holds()}

    def read_last_results(self) -> Mapping[ProfileId, CheckResult]:
        raise NotImplementedError("a window shows more than the last result of each")

    def read_waiting(self) -> Mapping[ProfileId, int]:
        raise NotImplementedError("a window counts what waits for all of them together")

    def limit_conversations(self, timeout_s: float) -> None:
        raise NotImplementedError("a window waits as long as the transport does")

    def give_back_room(self, *, batches: int | None) -> None:
        raise NotImplementedError("a window clears nothing")

    def unlock(self, master: Secret) -> None:
        self.vault.unlock(master)

    def secret_place(self) -> MessageText:
        return msg("kept in memory")

    def data_folder(self) -> DataFolder:
        nowhere = Path("nowhere")
        return DataFolder(home=nowhere, database=nowhere, schema=1, log=nowhere, vault=VaultKind.MEMORY)

    def providers(self) -> Providers:
        return PROVIDERS

    def advice_rules(self, rule_set: RuleSet) -> Sequence[AdviceRule]:
        return self._rules[rule_set]

    def new_id(self) -> str:
        return f"id-{next(self._numbers)}"

    def new_message_id(self, domain: str) -> str:
        return f"<{next(self._numbers)}@{domain}>"
