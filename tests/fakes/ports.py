"""Every fake beside the port that it stands in for: here mypy fails when a fake no longer fits. Nothing imports it."""

from fakes.backups import MemoryBackups
from fakes.mail_connections import FakeMailConnection, FakeMailConnector
from fakes.mailboxes import FakeMailboxes
from fakes.prober import FakeProber
from fakes.setup import MemorySetupStore
from fakes.small import (
    FakeInboxServer,
    FixedClock,
    MemoryMechanismDenylist,
    MemoryPipeliningDenylist,
    MemoryPreferences,
    RecordedEvents,
)
from fakes.store import MemoryHealthStore, MemoryProfileStore
from fakes.transport import FakeTransport
from fakes.vault import MemoryVault

from smtp_desktop.services.backup.ports import BackupStore
from smtp_desktop.services.delivery.ports import MailConnection, MailConnector
from smtp_desktop.services.ports import (
    Clock,
    Events,
    HealthStore,
    InboxServer,
    Mailboxes,
    Preferences,
    Prober,
    ProfileStore,
    SetupStore,
    Transport,
    Vault,
)
from smtp_desktop.transports.smtp.context import MechanismDenylist, PipeliningDenylist

BACKUP_STORE: type[BackupStore] = MemoryBackups
CLOCK: type[Clock] = FixedClock
EVENTS: type[Events] = RecordedEvents
HEALTH_STORE: type[HealthStore] = MemoryHealthStore
INBOX_SERVER: type[InboxServer] = FakeInboxServer
MAIL_CONNECTION: type[MailConnection] = FakeMailConnection
MAIL_CONNECTOR: type[MailConnector] = FakeMailConnector
MAILBOXES: type[Mailboxes] = FakeMailboxes
MECHANISM_DENYLIST: type[MechanismDenylist] = MemoryMechanismDenylist
PIPELINING_DENYLIST: type[PipeliningDenylist] = MemoryPipeliningDenylist
PREFERENCES: type[Preferences] = MemoryPreferences
PROBER: type[Prober] = FakeProber
PROFILE_STORE: type[ProfileStore] = MemoryProfileStore
SETUP_STORE: type[SetupStore] = MemorySetupStore
TRANSPORT: type[Transport] = FakeTransport
VAULT: type[Vault] = MemoryVault
