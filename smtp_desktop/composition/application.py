"""The objects of the program on one data folder, each built once. Only here are all packages known."""
# ruff: noqa: PLC0415 - an adapter is imported when it is first needed: see `services.services`

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smtp_desktop.composition.data_folder import DATABASE_FILE, demo_ca, has_restore, home_risk, log_file
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.services.locked_property import locked_cached_property
from smtp_desktop.services.services import Services
from smtp_desktop.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from smtp_desktop.composition.mail_format import Rfc5322
    from smtp_desktop.domain.checks.health import CheckResult, Overview
    from smtp_desktop.domain.delivery.holds import SmtpHold
    from smtp_desktop.domain.diagnosis.rules import AdviceRule, RuleSet
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.domain.smtp.profile import ProfileId
    from smtp_desktop.domain.smtp.providers import Providers
    from smtp_desktop.formats.registry import Formats
    from smtp_desktop.formats.writing.registry import Writers
    from smtp_desktop.local_inbox.server import LocalInbox
    from smtp_desktop.services.data_folder import DataFolder
    from smtp_desktop.services.ports import Events, Vault
    from smtp_desktop.store.activities import SqliteActivities
    from smtp_desktop.store.alerts import SqliteAlerts
    from smtp_desktop.store.backup.home import SqliteHome
    from smtp_desktop.store.backup.small_backups import SqliteBackups
    from smtp_desktop.store.changes import SqliteChangeSignal
    from smtp_desktop.store.files import DiskFiles
    from smtp_desktop.store.health import SqliteHealth
    from smtp_desktop.store.kept_forms import FormFiles
    from smtp_desktop.store.outbox.outbox import SqliteOutbox
    from smtp_desktop.store.preferences import SqlitePreferences
    from smtp_desktop.store.profiles import SqliteProfiles
    from smtp_desktop.store.setup import SqliteSetup
    from smtp_desktop.store.signed_in import SqliteSignedIn
    from smtp_desktop.transports.autoconfig.client import HttpsAutoconfig
    from smtp_desktop.transports.net.app_certificates import AppCertificates
    from smtp_desktop.transports.net.ca_files import CaFiles
    from smtp_desktop.transports.net.dns import SystemDns
    from smtp_desktop.transports.oauth.authorization_servers import AuthorizationServers
    from smtp_desktop.transports.registry import TransportConnector, Transports
    from smtp_desktop.transports.webhook import HttpWebhook
    from smtp_desktop.vault.sealed_backup import SealedBackups
    from smtp_desktop.vault.sealed_export import SealedExports
    from smtp_desktop.vault.system_vault import SystemVault

_FORMS_FOLDER = "unsaved"
_ADVICE_FILES = {  # by RuleSet, in the order in which their rules count
    "generic": ("advice_tokens.json", "advice_providers.json", "advice_delivery.json", "advice.json"),
    "graph": ("advice_managed_identity.json", "advice_entra.json", "advice_graph.json"),
    "oauth": ("advice_managed_identity.json", "advice_entra.json", "advice_oauth.json"),
}


class SystemClock:
    """This computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class NoListeners:
    """The events port of a program without a window: drops every event."""

    def publish(self, event: Event) -> None:
        """Does nothing."""


class Application:
    """The adapters on one data folder (`services.adapters.Adapters`), and the services that use them. Every attribute
    is safe from every thread. Logs nothing before `start_logging`."""

    def __init__(self, home: Path, *, events: Events | None = None, vault: Vault | None = None) -> None:
        """Opens the data folder `home`, which must exist; the caller closes it. `events` receives every event. `vault`,
        which must be unlocked, replaces the system's.

        Raises StoreError if the database or the folder can't be used; then nothing stays open.
        """
        self.home = home
        self.log_path = log_file(home)
        self.home_risk = home_risk(home)
        self._database_path = home / DATABASE_FILE
        if has_restore(home):
            from smtp_desktop.composition.restoring import finish_restore

            finish_restore(home)
        self.database = Database(self._database_path)
        self.clock = SystemClock()
        self.events: Events = events or NoListeners()
        self.services = Services(self)
        self._given_vault = vault
        self._logs = False

    def start_logging(self) -> None:
        """Starts to write the program's log into its file."""
        import logging

        from smtp_desktop.composition.logs import start_logging

        start_logging(self.log_path, logging.INFO)
        self._logs = True

    def close(self) -> None:
        """Stops the local inbox and closes the database and the log. The services can't be used afterwards."""
        built = vars(self)  # closing builds nothing
        self.services.close()
        if "inbox" in built:
            self.inbox.stop()
        if "change_signal" in built:
            self.change_signal.close()
        self.database.close()
        if self._logs:
            from smtp_desktop.composition.logs import stop_logging

            stop_logging()

    @locked_cached_property
    def preferences(self) -> SqlitePreferences:
        from smtp_desktop.store.preferences import SqlitePreferences

        return SqlitePreferences(self.database)

    @locked_cached_property
    def profile_store(self) -> SqliteProfiles:
        from smtp_desktop.store.profiles import SqliteProfiles

        return SqliteProfiles(self.database)

    @locked_cached_property
    def setup_store(self) -> SqliteSetup:
        from smtp_desktop.store.setup import SqliteSetup

        return SqliteSetup(self.database)

    @locked_cached_property
    def signed_in_store(self) -> SqliteSignedIn:
        from smtp_desktop.store.signed_in import SqliteSignedIn

        return SqliteSignedIn(self.database)

    @locked_cached_property
    def authorization_servers(self) -> AuthorizationServers:
        from smtp_desktop.transports.oauth.authorization_servers import AuthorizationServers

        return AuthorizationServers(localhost_ca_pem=demo_ca(self.home) or "")

    @locked_cached_property
    def health_store(self) -> SqliteHealth:
        from smtp_desktop.store.health import SqliteHealth

        return SqliteHealth(self.database)

    @locked_cached_property
    def activity_store(self) -> SqliteActivities:
        from smtp_desktop.store.activities import SqliteActivities

        return SqliteActivities(self.database)

    @locked_cached_property
    def outbox_store(self) -> SqliteOutbox:
        from smtp_desktop.store.outbox.outbox import SqliteOutbox

        return SqliteOutbox(self.database)

    @locked_cached_property
    def change_signal(self) -> SqliteChangeSignal:
        from smtp_desktop.store.changes import SqliteChangeSignal

        return SqliteChangeSignal(self._database_path)

    @locked_cached_property
    def alert_store(self) -> SqliteAlerts:
        from smtp_desktop.store.alerts import SqliteAlerts

        return SqliteAlerts(self.database)

    @locked_cached_property
    def home_store(self) -> SqliteHome:
        from smtp_desktop.store.backup.home import SqliteHome

        return SqliteHome(self._database_path)

    @locked_cached_property
    def backup_sealer(self) -> SealedBackups:
        from smtp_desktop.vault.sealed_backup import SealedBackups

        return SealedBackups()

    def restore_lock(self) -> AbstractContextManager[None]:
        """Keeps every other process from opening the database; see `restoring.restore_lock`."""
        from smtp_desktop.composition.restoring import restore_lock

        return restore_lock(self.home)

    @locked_cached_property
    def backup_store(self) -> SqliteBackups:
        from smtp_desktop.store.backup.folder import BackupFolder
        from smtp_desktop.store.backup.small_backups import SqliteBackups

        return SqliteBackups(self.database, BackupFolder(self._database_path))

    @locked_cached_property
    def webhook(self) -> HttpWebhook:
        from smtp_desktop.transports.webhook import HttpWebhook

        return HttpWebhook()

    @locked_cached_property
    def files(self) -> DiskFiles:
        from smtp_desktop.store.files import DiskFiles

        return DiskFiles()

    @locked_cached_property
    def format_readers(self) -> Formats:
        from smtp_desktop.formats.registry import Formats

        return Formats()

    @locked_cached_property
    def kept_forms(self) -> FormFiles:
        from smtp_desktop.store.kept_forms import FormFiles

        return FormFiles(self.home / _FORMS_FOLDER)

    def read_overview(self, *, count: int, results: int) -> Overview:
        """Returns the first `count` SMTPs, each with its latest `results`. Raises StoreError."""
        from smtp_desktop.store.overview import read_overview

        return read_overview(self.database, count=count, results=results)

    def read_holds(self) -> Mapping[ProfileId, SmtpHold]:
        """Returns every hold by its SMTP, the oldest first. Raises StoreError."""
        from smtp_desktop.store.outbox.holds import find_holds

        # Not through the outbox's store: a list of SMTPs needs nothing else of that.
        with self.database.read() as connection:
            return {hold.profile_id: hold for hold in find_holds(connection)}

    def read_last_results(self) -> Mapping[ProfileId, CheckResult]:
        """Returns the last result of every SMTP that has any. Raises StoreError."""
        from smtp_desktop.store.health import last_of_each

        with self.database.read() as connection:
            return last_of_each(connection)

    def read_waiting(self) -> Mapping[ProfileId, int]:
        """Returns how many messages wait for each SMTP that any wait for. Raises StoreError."""
        from smtp_desktop.store.outbox.queues import count_waiting

        with self.database.read() as connection:
            return count_waiting(connection)

    def give_back_room(self, *, batches: int | None) -> None:
        """Gives room that the database does not need any more back to the disk. Raises StoreError."""
        from smtp_desktop.store.compaction import give_back_room

        give_back_room(self.database, batches=batches)

    def limit_conversations(self, timeout_s: float) -> None:
        """Lets each test, check and probe take this long, no matter how long its server takes for a step."""
        self.transport.limit_conversations(timeout_s)

    @property
    def vault(self) -> Vault:
        return self._given_vault or self._system_vault

    @locked_cached_property
    def _system_vault(self) -> SystemVault:
        from smtp_desktop.composition.system_vault import system_vault

        return system_vault(self.home, self.events)

    @locked_cached_property
    def program_writers(self) -> Writers:
        from smtp_desktop.formats.writing.registry import Writers

        return Writers()

    @locked_cached_property
    def sealer(self) -> SealedExports:
        from smtp_desktop.vault.sealed_export import SealedExports

        return SealedExports()

    def unlock(self, master: Secret) -> None:
        """Opens the vault. Raises VaultError."""
        if self._given_vault is None:
            self._system_vault.unlock(master)

    def secret_place(self) -> MessageText:
        """Returns where the vault keeps secrets, for the window. May block."""
        if self._given_vault is not None:
            return msg("gone when the program ends")
        from smtp_desktop.vault.system_vault import SecretStorage

        words = {
            SecretStorage.KEYRING: msg("kept in the system keyring"),
            SecretStorage.FILE: msg("kept in an encrypted file"),
        }
        return words[self._system_vault.place()]

    def data_folder(self) -> DataFolder:
        """Returns where the data is. May block. Raises StoreError."""
        from smtp_desktop.services.data_folder import DataFolder, VaultKind

        return DataFolder(
            home=self.home,
            database=self._database_path,
            schema=self.database.value("PRAGMA user_version"),
            log=self.log_path,
            vault=VaultKind.MEMORY if self._given_vault else VaultKind(self._system_vault.place()),
        )

    @locked_cached_property
    def transport(self) -> Transports:
        from smtp_desktop.store.server_denylists import SqliteMechanismDenylist, SqlitePipeliningDenylist
        from smtp_desktop.transports.registry import Transports

        return Transports(
            SqlitePipeliningDenylist(self.database, self.clock.now),
            mechanism_denylist=SqliteMechanismDenylist(self.database, self.clock.now),
            localhost_ca_pem=demo_ca(self.home) or "",
        )

    @locked_cached_property
    def prober(self) -> Transports:
        return self.transport

    @locked_cached_property
    def mailboxes(self) -> Transports:
        return self.transport

    @locked_cached_property
    def mail_format(self) -> Rfc5322:
        from smtp_desktop.composition.mail_format import Rfc5322

        return Rfc5322()

    @locked_cached_property
    def connector(self) -> TransportConnector:
        from smtp_desktop.transports.registry import TransportConnector

        return TransportConnector(self.transport)

    @locked_cached_property
    def dns(self) -> SystemDns:
        from smtp_desktop.transports.net.dns import SystemDns

        return SystemDns()

    @locked_cached_property
    def autoconfig(self) -> HttpsAutoconfig:
        from smtp_desktop.transports.autoconfig.client import HttpsAutoconfig

        return HttpsAutoconfig()

    @locked_cached_property
    def authorities(self) -> CaFiles:
        from smtp_desktop.transports.net.ca_files import CaFiles

        return CaFiles()

    @locked_cached_property
    def certificate_maker(self) -> AppCertificates:
        from smtp_desktop.transports.net.app_certificates import AppCertificates

        return AppCertificates()

    @locked_cached_property
    def inbox(self) -> LocalInbox:
        from smtp_desktop.domain.events import MailReceived
        from smtp_desktop.local_inbox.server import LocalInbox

        return LocalInbox(None, lambda count: self.events.publish(MailReceived(count=count)))

    @locked_cached_property
    def inbox_server(self) -> LocalInbox:
        return self.inbox

    def providers(self) -> Providers:
        """Returns the table of mail providers."""
        return self._providers

    def advice_rules(self, rule_set: RuleSet) -> Sequence[AdviceRule]:
        """Returns the advice rules of that set, in the order in which they count."""
        return self._advice[rule_set]

    @locked_cached_property
    def _providers(self) -> Providers:
        from smtp_desktop.domain.smtp.providers import providers_from

        return providers_from(_resource("providers.json"))

    @locked_cached_property
    def _advice(self) -> dict[str, Sequence[AdviceRule]]:
        from smtp_desktop.domain.diagnosis.rules import rules_from

        return {
            kind: rules_from([rule for name in names for rule in _resource(name)], self._providers)
            for kind, names in _ADVICE_FILES.items()
        }

    def new_id(self) -> str:
        """Returns a new unique identifier."""
        import uuid

        return uuid.uuid4().hex

    def new_message_id(self, domain: str) -> str:
        """Returns a new unique Message-ID (RFC 5322 3.6.4) in angle brackets."""
        # Random: the RFC does not ask for a time or process id in it.
        return f"<{os.urandom(16).hex()}@{domain}>"


def _resource(name: str) -> Any:
    """Returns the content of the JSON resource `name`."""
    import json

    from smtp_desktop.resources import FOLDER

    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
