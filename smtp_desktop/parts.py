"""Every object of the program on one data folder, each built once: with `bootstrap`, what alone knows all rooms."""
# ruff: noqa: PLC0415 - the command line and the window's start import only what they need: most is loaded on first use

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_desktop import __version__
from smtp_desktop.listed import Listed, Once

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from smtp_desktop.domain.activity import ActivityId
    from smtp_desktop.domain.advice import AdviceRule
    from smtp_desktop.domain.errors import StoreError
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.profile import ProfileId
    from smtp_desktop.domain.providers import Providers
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.local_inbox.on_demand import InboxOnDemand
    from smtp_desktop.services.activities import Activities
    from smtp_desktop.services.courier import Courier
    from smtp_desktop.services.deadlines import Deadlines
    from smtp_desktop.services.finding import Finder
    from smtp_desktop.services.inbox_setup import InboxSetup
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.outbox import Outbox
    from smtp_desktop.services.ports import Authorities, Events, Vault
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.services.rounds import Rounds
    from smtp_desktop.services.testing import Tester
    from smtp_desktop.store.changes import SqliteChangeSignal
    from smtp_desktop.store.database import Database
    from smtp_desktop.store.health import SqliteHealth
    from smtp_desktop.store.outbox import SqliteOutbox
    from smtp_desktop.store.preferences import SqlitePreferences
    from smtp_desktop.store.profiles import SqliteProfiles
    from smtp_desktop.transports.registry import Transports

_ADVICE = {"generic": "advice.json", "graph": "advice_graph.json"}  # by ProfileType
VAULT_FILE = "secrets.vault"
_DATABASE = "smtp-desktop.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`log_path` is the present log file; `courier` makes one whose leases last so many seconds."""

    home: "Path"
    log_path: "Path"
    database: "Database"
    profiles: "Profiles"
    tester: "Tester"
    finder: "Finder"
    rounds: "Rounds"
    mailbox_reader: "MailboxReader"
    activities: "Activities"
    deadlines: "Deadlines"
    outbox: "Outbox"
    change_signal: "SqliteChangeSignal"
    courier: "Callable[[float], Courier]"
    preferences: "SqlitePreferences"
    inbox: "InboxOnDemand"
    inbox_setup: "InboxSetup"
    authorities: "Authorities"
    vault: "Vault"
    unlock: "Callable[[Secret], None]"
    secret_place: Callable[[], str]
    events: "Events"

    def close(self) -> None:
        """Everything is on the disk and nothing is held open; the parts are of no use any more."""
        from smtp_desktop.logs import stop_logging

        self.inbox.stop()
        self.change_signal.close()
        self.database.close()
        stop_logging()


def build(home: "Path", *, events: "Events", vault: "Vault | None" = None) -> Parts:
    """Returns the parts on the data folder `home`. `vault`, which is never locked,
    takes the place of the system's. Any thread may call it.

    Raises StoreError where the database, or the folder, can't be used; then nothing is held open.
    """
    import logging

    from smtp_desktop.logs import start_logging, stop_logging
    from smtp_desktop.store.database import Database

    try:
        log_path = start_logging(home / "logs", logging.INFO)
    except OSError as error:
        raise unusable_home(home, error) from error
    try:
        database = Database(home / _DATABASE)
    except BaseException:  # whatever it is goes on; only the log file is let go first
        stop_logging()
        raise
    secrets = _passing_secrets(vault) if vault else _system_secrets(home)
    return _assembled(home, log_path, database, secrets, events)


def _assembled(home: "Path", log_path: "Path", database: "Database", secrets: "_Secrets", events: "Events") -> Parts:
    from smtp_desktop.domain.events import MailReceived
    from smtp_desktop.domain.profile import ProfileType
    from smtp_desktop.local_inbox.on_demand import InboxOnDemand
    from smtp_desktop.services.activities import Activities
    from smtp_desktop.services.concerns import Concerns
    from smtp_desktop.services.deadlines import Deadlines
    from smtp_desktop.services.finding import Finder
    from smtp_desktop.services.inbox_setup import InboxSetup
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.outbox import Outbox
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.services.rounds import Rounds
    from smtp_desktop.services.testing import Tester
    from smtp_desktop.store.activities import SqliteActivities
    from smtp_desktop.store.changes import SqliteChangeSignal
    from smtp_desktop.store.files import DiskFiles
    from smtp_desktop.store.health import SqliteHealth
    from smtp_desktop.store.outbox import SqliteOutbox
    from smtp_desktop.store.preferences import SqlitePreferences
    from smtp_desktop.store.profiles import SqliteProfiles
    from smtp_desktop.transports.ca_files_on_demand import CaFilesOnDemand
    from smtp_desktop.transports.dns import SystemDns
    from smtp_desktop.transports.registry import Transports

    clock, transports = SystemClock(), Transports()
    store, health, outbox_store = SqliteProfiles(database), SqliteHealth(database), SqliteOutbox(database)
    activity_store = SqliteActivities(database)
    preferences = SqlitePreferences(database)
    providers = _known_providers()
    rules = {kind: _advice_rules(name, providers) for kind, name in _ADVICE.items()}
    inbox = InboxOnDemand(lambda count: events.publish(MailReceived(count=count)))
    profiles = Profiles(store=store, vault=secrets.vault, events=events, new_id=_new_id)
    concerns = Concerns(dns=SystemDns(), preferences=preferences, clock=clock, read_providers=providers)
    tester = Tester(
        store=store,
        health=health,
        vault=secrets.vault,
        transport=transports,
        clock=clock,
        events=events,
        advice_rules={ProfileType(kind): of_kind for kind, of_kind in rules.items()},
        new_message_id=_new_message_id,
        program=f"SMTP Desktop {__version__}",
        release_hold=outbox_store.release,
        concerns_on=concerns.concerns_on,
    )

    def courier(lease_s: float) -> "Courier":
        return _courier(
            store=outbox_store,
            profiles=store,
            health=health,
            vault=secrets.vault,
            transports=transports,
            tester=tester,
            clock=clock,
            events=events,
            preferences=preferences,
            lease_s=lease_s,
        )

    return Parts(
        home=home,
        log_path=log_path,
        database=database,
        profiles=profiles,
        tester=tester,
        finder=Finder(
            store=store,
            health=health,
            vault=secrets.vault,
            prober=transports,
            events=events,
            read_providers=providers,
        ),
        rounds=Rounds(tester=tester, store=store, vault=secrets.vault),
        mailbox_reader=MailboxReader(
            store=store, vault=secrets.vault, mailboxes=transports, advice_rules=rules["graph"]
        ),
        activities=Activities(
            store=activity_store, profiles=store, outbox=outbox_store, events=events, new_id=_new_activity_id
        ),
        deadlines=Deadlines(store=store, health=health),
        outbox=Outbox(
            store=outbox_store,
            activities=activity_store,
            profiles=store,
            files=DiskFiles(),
            clock=clock,
            events=events,
            new_message_id=_new_message_id,
        ),
        change_signal=SqliteChangeSignal(home / _DATABASE),
        courier=courier,
        preferences=preferences,
        inbox=inbox,
        inbox_setup=InboxSetup(server=inbox, profiles=profiles, preferences=preferences),
        authorities=CaFilesOnDemand(),
        vault=secrets.vault,
        unlock=secrets.unlock,
        secret_place=secrets.place,
        events=events,
    )


def _courier(
    *,
    store: "SqliteOutbox",
    profiles: "SqliteProfiles",
    health: "SqliteHealth",
    vault: "Vault",
    transports: "Transports",
    tester: "Tester",
    clock: "SystemClock",
    events: "Events",
    preferences: "SqlitePreferences",
    lease_s: float,
) -> "Courier":
    import random
    import uuid
    from datetime import timedelta

    from smtp_desktop.domain.delivery import CourierId, RetryPolicy
    from smtp_desktop.domain.outbox_days import outbox_days
    from smtp_desktop.services.courier import Courier
    from smtp_desktop.transports.registry import Lines

    return Courier(
        store=store,
        profiles=profiles,
        health=health,
        vault=vault,
        lines=Lines(transports),
        tester=tester,
        clock=clock,
        events=events,
        policy=RetryPolicy(lifetime=timedelta(days=outbox_days(preferences.all()).retry)),
        jitter=random.random,
        courier_id=CourierId(uuid.uuid4().hex),
        lease_s=lease_s,
    )


def unusable_home(home: "Path", error: OSError) -> "StoreError":
    """Returns what to tell of a data folder that can't be used."""
    from smtp_desktop.domain.errors import StoreError
    from smtp_desktop.domain.text import text

    return StoreError(
        text(
            "The data folder {path} can't be used: {reason}. Check its permissions, or choose another with --home.",
            path=str(home),
            reason=error.strerror or type(error).__name__,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Secrets:
    """A vault, how it is opened, and where it keeps what it is given, in words for the window."""

    vault: "Vault"
    unlock: "Callable[[Secret], None]"
    place: Callable[[], str]


def _system_secrets(home: "Path") -> _Secrets:
    from smtp_desktop.vault.encrypted_file import EncryptedFileVault
    from smtp_desktop.vault.keyring_vault import KeyringVault
    from smtp_desktop.vault.system import Place, SystemVault

    words = {Place.KEYRING: "kept in the system keyring", Place.FILE: "kept in an encrypted file"}
    vault = SystemVault(KeyringVault(), EncryptedFileVault(home / VAULT_FILE))
    return _Secrets(vault=vault, unlock=vault.unlock, place=lambda: words[vault.place()])


def _passing_secrets(vault: "Vault") -> _Secrets:
    return _Secrets(vault=vault, unlock=lambda _master: None, place=lambda: "gone when the program ends")


def _new_id() -> "ProfileId":
    import uuid

    from smtp_desktop.domain.profile import ProfileId

    return ProfileId(uuid.uuid4().hex)


def _new_activity_id() -> "ActivityId":
    import uuid

    from smtp_desktop.domain.activity import ActivityId

    return ActivityId(uuid.uuid4().hex)


def _new_message_id(domain: str) -> str:
    import os

    # Unique without a time or a process in it (RFC 5322 3.6.4 leaves the way open), and made in no time.
    return f"<{os.urandom(16).hex()}@{domain}>"


class SystemClock:
    """This computer's clock."""

    def now(self) -> "datetime":
        from datetime import UTC, datetime

        return datetime.now(UTC)


class Unheard:
    """Takes events where nobody listens."""

    def publish(self, event: "Event") -> None:
        """Does nothing."""


def _advice_rules(name: str, providers: "Once[Providers]") -> "Listed[AdviceRule]":
    from smtp_desktop.domain.advice import rules_from

    return Listed(name, lambda documents: rules_from(documents, providers()))


def _known_providers() -> "Once[Providers]":
    from smtp_desktop.domain.providers import providers_from

    return Once("providers.json", providers_from)
