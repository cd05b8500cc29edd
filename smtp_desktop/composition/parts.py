"""Every object of the program on one data folder, each built once: with `adapters` and `bootstrap`, what alone knows
all rooms."""
# ruff: noqa: PLC0415 - the command line and the window's start import only what they need: what a part works with is
# loaded when the part is first asked for

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smtp_desktop import __version__
from smtp_desktop.composition.built_once import Built, built_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smtp_desktop.composition.adapters import Adapters
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.local_inbox.on_demand import InboxOnDemand
    from smtp_desktop.services.activities import Activities
    from smtp_desktop.services.checks.bulk_check import BulkCheck
    from smtp_desktop.services.checks.end_dates import EndDates
    from smtp_desktop.services.checks.settings_finder import SettingsFinder
    from smtp_desktop.services.checks.tester import Tester
    from smtp_desktop.services.delivery.courier import Courier
    from smtp_desktop.services.inbox_setup import InboxSetup
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.outbox import Outbox
    from smtp_desktop.services.ports import Authorities, Events, Vault
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.store.changes import SqliteChangeSignal
    from smtp_desktop.store.database import Database
    from smtp_desktop.store.preferences import SqlitePreferences

_DATABASE = "smtp-desktop.sqlite3"


class Parts(Built):
    """The parts on one data folder. Nothing is logged before `start_logging`."""

    def __init__(self, *, home: "Path", log_path: "Path", adapters: "Adapters", events: "Events") -> None:
        """`log_path` is the present log file."""
        super().__init__()
        self.home, self.log_path, self.events = home, log_path, events
        self._adapters = adapters
        self._clock = adapters.clock
        self._logs = False

    def start_logging(self) -> None:
        """What the program does is in the log from now on."""
        import logging

        from smtp_desktop.composition.logs import start_logging

        start_logging(self.log_path, logging.INFO)
        self._logs = True

    @property
    def database(self) -> "Database":
        return self._adapters.database

    @property
    def preferences(self) -> "SqlitePreferences":
        return self._adapters.preferences

    @property
    def vault(self) -> "Vault":
        return self._adapters.vault

    @property
    def unlock(self) -> "Callable[[Secret], None]":
        """Opens the vault with its master password. Raises VaultError."""
        return self._adapters.unlock

    @property
    def secret_place(self) -> "Callable[[], str]":
        """Says where the vault keeps what it is given, in words for the window; may block."""
        return self._adapters.secret_place

    def close(self) -> None:
        """Everything is on the disk and nothing is held open; the parts are of no use any more."""
        with self.building:
            if self.is_built("inbox"):
                self.inbox.stop()
            if self.is_built("change_signal"):
                self.change_signal.close()
        self.database.close()
        if self._logs:
            from smtp_desktop.composition.logs import stop_logging

            stop_logging()

    @built_once
    def profiles(self) -> "Profiles":
        import uuid

        from smtp_desktop.domain.smtp.profile import ProfileId
        from smtp_desktop.services.profiles import Profiles

        return Profiles(
            store=self._adapters.profiles,
            vault=self.vault,
            events=self.events,
            new_id=lambda: ProfileId(uuid.uuid4().hex),
        )

    @built_once
    def tester(self) -> "Tester":
        from smtp_desktop.domain.smtp.profile import ProfileType
        from smtp_desktop.services.checks.deliverability import DeliverabilityChecks
        from smtp_desktop.services.checks.tester import Tester
        from smtp_desktop.transports.net.dns import SystemDns

        warnings = DeliverabilityChecks(
            dns=SystemDns(),
            preferences=self.preferences,
            clock=self._clock,
            read_providers=self._adapters.providers,
        )
        return Tester(
            store=self._adapters.profiles,
            health=self._adapters.health,
            vault=self.vault,
            transport=self._adapters.transports,
            clock=self._clock,
            events=self.events,
            advice_rules={kind: self._adapters.advice[kind] for kind in ProfileType},
            new_message_id=_new_message_id,
            program=f"SMTP Desktop {__version__}",
            release_hold=self._adapters.outbox.release,
            warnings_on=warnings.warnings_on,
        )

    @built_once
    def finder(self) -> "SettingsFinder":
        from smtp_desktop.services.checks.settings_finder import SettingsFinder

        return SettingsFinder(
            store=self._adapters.profiles,
            health=self._adapters.health,
            vault=self.vault,
            prober=self._adapters.transports,
            events=self.events,
            read_providers=self._adapters.providers,
        )

    @built_once
    def rounds(self) -> "BulkCheck":
        from smtp_desktop.services.checks.bulk_check import BulkCheck

        return BulkCheck(tester=self.tester, store=self._adapters.profiles, vault=self.vault)

    @built_once
    def mailbox_reader(self) -> "MailboxReader":
        from smtp_desktop.services.mailbox import MailboxReader

        return MailboxReader(
            store=self._adapters.profiles,
            vault=self.vault,
            mailboxes=self._adapters.transports,
            advice_rules=self._adapters.advice["graph"],
        )

    @built_once
    def activities(self) -> "Activities":
        import uuid

        from smtp_desktop.domain.delivery.activity import ActivityId
        from smtp_desktop.services.activities import Activities

        return Activities(
            store=self._adapters.activities,
            profiles=self._adapters.profiles,
            outbox=self._adapters.outbox,
            events=self.events,
            new_id=lambda: ActivityId(uuid.uuid4().hex),
        )

    @built_once
    def end_dates(self) -> "EndDates":
        from smtp_desktop.services.checks.end_dates import EndDates

        return EndDates(store=self._adapters.profiles, health=self._adapters.health)

    @built_once
    def outbox(self) -> "Outbox":
        from smtp_desktop.services.outbox import Outbox
        from smtp_desktop.store.files import DiskFiles

        return Outbox(
            store=self._adapters.outbox,
            activities=self._adapters.activities,
            profiles=self._adapters.profiles,
            files=DiskFiles(),
            clock=self._clock,
            events=self.events,
            new_message_id=_new_message_id,
        )

    def next_work_at(self) -> "datetime | None":
        """Returns when a courier is needed next; see `services.next_work`. Raises StoreError."""
        from smtp_desktop.domain.delivery.routing import outbox_days
        from smtp_desktop.services.delivery.holds import next_work_at

        return next_work_at(
            self._adapters.outbox, retention_days=outbox_days(self._adapters.preferences.all()).retention
        )

    @built_once
    def change_signal(self) -> "SqliteChangeSignal":
        from smtp_desktop.store.changes import SqliteChangeSignal

        return SqliteChangeSignal(self.home / _DATABASE)

    def courier(self, lease_s: float) -> "Courier":
        """Returns a new one, whose leases last so many seconds."""
        import random
        import uuid
        from datetime import timedelta

        from smtp_desktop.domain.delivery.delivery import CourierId, RetryPolicy
        from smtp_desktop.domain.delivery.routing import outbox_days
        from smtp_desktop.services.delivery.courier import Courier
        from smtp_desktop.transports.registry import TransportConnector

        return Courier(
            store=self._adapters.outbox,
            profiles=self._adapters.profiles,
            health=self._adapters.health,
            vault=self.vault,
            connector=TransportConnector(self._adapters.transports),
            tester=self.tester,
            clock=self._clock,
            events=self.events,
            policy=RetryPolicy(lifetime=timedelta(days=outbox_days(self._adapters.preferences.all()).retry)),
            jitter=random.random,
            courier_id=CourierId(uuid.uuid4().hex),
            lease_s=lease_s,
        )

    @built_once
    def inbox(self) -> "InboxOnDemand":
        from smtp_desktop.domain.events import MailReceived
        from smtp_desktop.local_inbox.on_demand import InboxOnDemand

        return InboxOnDemand(lambda count: self.events.publish(MailReceived(count=count)))

    @built_once
    def inbox_setup(self) -> "InboxSetup":
        from smtp_desktop.services.inbox_setup import InboxSetup

        return InboxSetup(server=self.inbox, profiles=self.profiles, preferences=self.preferences)

    @built_once
    def authorities(self) -> "Authorities":
        from smtp_desktop.transports.net.ca_files_on_demand import CaFilesOnDemand

        return CaFilesOnDemand()


def build(home: "Path", *, events: "Events", vault: "Vault | None" = None) -> Parts:
    """Returns the parts on the data folder `home`. `vault`, which is never locked,
    takes the place of the system's. Any thread may call it.

    Raises StoreError where the database, or the folder, can't be used; then nothing is held open.
    """
    from smtp_desktop.composition.adapters import Adapters
    from smtp_desktop.composition.data_folder import log_file
    from smtp_desktop.store.database import Database

    log_path = log_file(home)
    database = Database(home / _DATABASE)
    adapters = Adapters(home, database, vault, SystemClock())
    return Parts(home=home, log_path=log_path, adapters=adapters, events=events)


def _new_message_id(domain: str) -> str:
    # Unique without a time or a process in it (RFC 5322 3.6.4 leaves the way open), and made in no time.
    return f"<{os.urandom(16).hex()}@{domain}>"


class SystemClock:
    """This computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Unheard:
    """Takes events where nobody listens."""

    def publish(self, event: "Event") -> None:
        """Does nothing."""
