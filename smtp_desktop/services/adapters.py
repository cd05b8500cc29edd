"""The adapters that the use cases need: one for each port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from smtp_desktop.domain.checks.health import CheckResult, Overview
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.rules import AdviceRule, RuleSet
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.alerts.ports import AlertStore, Webhook
from smtp_desktop.services.backup.ports import BackupSealer, BackupStore, HomeStore
from smtp_desktop.services.data_folder import DataFolder
from smtp_desktop.services.delivery.ports import ActivityStore, Files, MailConnector, OutboxStore
from smtp_desktop.services.discovery.ports import Autoconfig
from smtp_desktop.services.exports.ports import ProgramWriters, Sealer
from smtp_desktop.services.imports.ports import FormatReaders
from smtp_desktop.services.ports import (
    Authorities,
    ChangeSignal,
    Clock,
    Dns,
    Events,
    HealthStore,
    Inbox,
    InboxServer,
    KeptForms,
    Mailboxes,
    MailFormat,
    Preferences,
    Prober,
    ProfileStore,
    SetupStore,
    Transport,
    Vault,
)
from smtp_desktop.services.sign_in.ports import AuthorizationServers, CertificateMaker, SignedInStore


class Adapters(Protocol):
    """One adapter for each port, all on one data folder. Each is built when it is first needed, on any thread."""

    @property
    def home(self) -> Path:
        """The data folder."""
        ...

    @property
    def log_path(self) -> Path:
        """The present log file."""
        ...

    @property
    def home_risk(self) -> MessageText | None:
        """What is wrong with the permissions of the data folder, if anything is."""
        ...

    @property
    def profile_store(self) -> ProfileStore: ...

    @property
    def setup_store(self) -> SetupStore: ...

    @property
    def health_store(self) -> HealthStore: ...

    @property
    def signed_in_store(self) -> SignedInStore: ...

    @property
    def authorization_servers(self) -> AuthorizationServers: ...

    @property
    def activity_store(self) -> ActivityStore: ...

    @property
    def outbox_store(self) -> OutboxStore: ...

    @property
    def alert_store(self) -> AlertStore: ...

    @property
    def backup_store(self) -> BackupStore: ...

    @property
    def home_store(self) -> HomeStore: ...

    @property
    def backup_sealer(self) -> BackupSealer: ...

    @property
    def webhook(self) -> Webhook: ...

    @property
    def preferences(self) -> Preferences: ...

    @property
    def change_signal(self) -> ChangeSignal: ...

    @property
    def vault(self) -> Vault: ...

    @property
    def sealer(self) -> Sealer: ...

    @property
    def program_writers(self) -> ProgramWriters: ...

    @property
    def transport(self) -> Transport: ...

    @property
    def prober(self) -> Prober: ...

    @property
    def mailboxes(self) -> Mailboxes: ...

    @property
    def mail_format(self) -> MailFormat: ...

    @property
    def connector(self) -> MailConnector: ...

    @property
    def dns(self) -> Dns: ...

    @property
    def autoconfig(self) -> Autoconfig: ...

    @property
    def authorities(self) -> Authorities: ...

    @property
    def certificate_maker(self) -> CertificateMaker: ...

    @property
    def format_readers(self) -> FormatReaders: ...

    @property
    def files(self) -> Files: ...

    @property
    def kept_forms(self) -> KeptForms: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def inbox_server(self) -> InboxServer: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def events(self) -> Events: ...

    def read_overview(self, *, count: int, results: int) -> Overview:
        """Returns the first `count` SMTPs, each with its latest `results`. Raises StoreError."""
        ...

    def read_holds(self) -> Mapping[ProfileId, SmtpHold]:
        """Returns every hold by its SMTP, the oldest first. Raises StoreError."""
        ...

    def read_last_results(self) -> Mapping[ProfileId, CheckResult]:
        """Returns the last result of every SMTP that has any. Raises StoreError."""
        ...

    def read_waiting(self) -> Mapping[ProfileId, int]:
        """Returns how many messages wait for each SMTP that any wait for. Raises StoreError."""
        ...

    def limit_conversations(self, timeout_s: float) -> None:
        """Lets each test, check and probe that begins from now on take this long."""
        ...

    def give_back_room(self, *, batches: int | None) -> None:
        """Gives room that the database does not need any more back to the disk, in so many small steps at most. Raises
        StoreError."""
        ...

    def restore_lock(self) -> AbstractContextManager[None]:
        """Keeps every other process from opening the database during a `with` block. Raises StoreBusy where one does
        so already."""
        ...

    def unlock(self, master: Secret) -> None:
        """Opens the vault. Raises VaultError."""
        ...

    def data_folder(self) -> DataFolder:
        """Returns where the data is. May block. Raises StoreError."""
        ...

    def secret_place(self) -> MessageText:
        """Returns where the vault keeps secrets, for the window. May block."""
        ...

    def providers(self) -> Providers:
        """Returns the table of mail providers."""
        ...

    def advice_rules(self, rule_set: RuleSet) -> Sequence[AdviceRule]:
        """Returns the advice rules of that set, in the order in which they count."""
        ...

    def new_id(self) -> str:
        """Returns a new unique identifier."""
        ...

    def new_message_id(self, domain: str) -> str:
        """Returns a new unique Message-ID (RFC 5322 3.6.4) in angle brackets."""
        ...
