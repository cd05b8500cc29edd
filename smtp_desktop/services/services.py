"""The use cases on one data folder, for the window, the command line and the tests."""
# ruff: noqa: PLC0415 - a use case is imported when it is first needed: all of them take half as long as a bare window

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_desktop import __version__
from smtp_desktop.services.locked_property import locked_cached_property

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from smtp_desktop.domain.checks.health import Overview
    from smtp_desktop.domain.delivery.holds import SmtpHold
    from smtp_desktop.domain.message_text import MessageText
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.domain.smtp.draft import ProfileDraft
    from smtp_desktop.domain.smtp.known_limits import KnownLimits
    from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
    from smtp_desktop.services.activities import Activities
    from smtp_desktop.services.adapters import Adapters
    from smtp_desktop.services.alerts.alert_settings import AlertSettings
    from smtp_desktop.services.alerts.alerts import Alerts
    from smtp_desktop.services.alerts.sender import AlertSender
    from smtp_desktop.services.backup.backups import Backups
    from smtp_desktop.services.backup.restore import Restore
    from smtp_desktop.services.backup.whole_backups import WholeBackups
    from smtp_desktop.services.bulk_edit import BulkEdit
    from smtp_desktop.services.checks.adviser import Adviser
    from smtp_desktop.services.checks.bulk_check import BulkCheck
    from smtp_desktop.services.checks.date_warnings import EndDateWarnings
    from smtp_desktop.services.checks.deliverability import DeliverabilityChecks
    from smtp_desktop.services.checks.end_dates import EndDates
    from smtp_desktop.services.checks.last_failure import LastFailures
    from smtp_desktop.services.checks.settings_finder import SettingsFinder
    from smtp_desktop.services.checks.tester import Tester
    from smtp_desktop.services.data_folder import DataFolder
    from smtp_desktop.services.declared.applier import Applier
    from smtp_desktop.services.declared.ensured import Ensurer
    from smtp_desktop.services.delivery.courier import Courier
    from smtp_desktop.services.discovery.discovery import Discovery
    from smtp_desktop.services.exports.exporter import Exporter
    from smtp_desktop.services.imports.imports import Imports
    from smtp_desktop.services.inbox_setup import InboxSetup
    from smtp_desktop.services.mailbox import MailboxReader
    from smtp_desktop.services.outbox import Outbox
    from smtp_desktop.services.outbox_mails import OutboxMails
    from smtp_desktop.services.password_replacement import PasswordReplacement
    from smtp_desktop.services.ports import Authorities, ChangeSignal, Inbox, InboxServer, KeptForms, Preferences, Vault
    from smtp_desktop.services.profiles import Profiles
    from smtp_desktop.services.server_access import ServerAccess
    from smtp_desktop.services.sign_in.access_tokens import AccessTokens
    from smtp_desktop.services.sign_in.certificates import Certificates
    from smtp_desktop.services.sign_in.records import SignInRecords
    from smtp_desktop.services.sign_in.sign_ins import SignIns
    from smtp_desktop.services.smtp_status import SmtpStatus


_LITTLE_CLEARING = 10  # batches: some thousand deliveries, some tens of megabytes


class Services:
    """The use cases, each built once, when it is first needed. Safe from every thread."""

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters

    def close(self) -> None:
        """Ends what goes on by itself, within a few seconds. Builds nothing."""
        if tokens := vars(self).get("_access_tokens"):
            tokens.close()

    @property
    def home(self) -> Path:
        return self._adapters.home

    @property
    def log_path(self) -> Path:
        return self._adapters.log_path

    @property
    def home_risk(self) -> MessageText | None:
        """What is wrong with the permissions of the data folder, if anything is."""
        return self._adapters.home_risk

    @property
    def preferences(self) -> Preferences:
        return self._adapters.preferences

    @property
    def change_signal(self) -> ChangeSignal:
        return self._adapters.change_signal

    @property
    def vault(self) -> Vault:
        return self._adapters.vault

    @property
    def authorities(self) -> Authorities:
        return self._adapters.authorities

    @property
    def kept_forms(self) -> KeptForms:
        return self._adapters.kept_forms

    @property
    def inbox(self) -> Inbox:
        return self._adapters.inbox

    @property
    def inbox_server(self) -> InboxServer:
        return self._adapters.inbox_server

    def read_overview(self, *, count: int, results: int) -> Overview:
        """Returns the first `count` SMTPs, each with its latest `results`. Raises StoreError."""
        return self._adapters.read_overview(count=count, results=results)

    def read_holds(self) -> Mapping[ProfileId, SmtpHold]:
        """Returns what keeps mails back, by SMTP: holds that stop it, for its limits, or that slow it. Raises
        StoreError."""
        return self._adapters.read_holds()

    def limit_conversations(self, timeout_s: float) -> None:
        """Lets each test, check and probe that begins from now on take this long, in place of the usual limits."""
        self._adapters.limit_conversations(timeout_s)

    def smtp_statuses(self) -> Sequence[SmtpStatus]:
        """Returns every SMTP with its status, in the order of `Profiles.all`. Raises StoreError."""
        return self.statuses_of(self._adapters.profile_store.all())

    def statuses_of(self, profiles: Sequence[SmtpProfile]) -> Sequence[SmtpStatus]:
        """Returns each of `profiles` with its last result, the hold on it, and the number of messages that wait for it.
        Raises StoreError."""
        from smtp_desktop.services.smtp_status import SmtpStatus

        adapters = self._adapters
        last, holds, waiting = adapters.read_last_results(), adapters.read_holds(), adapters.read_waiting()
        return [
            SmtpStatus(profile=one, last=last.get(one.id), hold=holds.get(one.id), waiting=waiting.get(one.id, 0))
            for one in profiles
        ]

    def unlock(self, master: Secret) -> None:
        """Opens the vault with its master password. Raises VaultError."""
        self._adapters.unlock(master)

    def secret_place(self) -> MessageText:
        """Returns where the vault keeps secrets, for the window. May block."""
        return self._adapters.secret_place()

    def data_folder(self) -> DataFolder:
        """Returns where the data is. May block, as `secret_place` may. Raises StoreError."""
        return self._adapters.data_folder()

    def known_limits(self, draft: ProfileDraft) -> KnownLimits | None:
        """Returns the limits of the provider that the draft sends through, where they are known."""
        from smtp_desktop.domain.smtp.known_limits import known_limits

        return known_limits(draft, self._adapters.providers())

    @locked_cached_property
    def profiles(self) -> Profiles:
        from smtp_desktop.domain.smtp.profile import ProfileId
        from smtp_desktop.services.profiles import Profiles

        adapters = self._adapters
        return Profiles(
            store=adapters.profile_store,
            vault=adapters.vault,
            events=adapters.events,
            new_id=lambda: ProfileId(adapters.new_id()),
            record_sign_in=lambda *saved: self._sign_in_records.saved(*saved),  # noqa: PLW0108 - loads it late
            back_up=lambda reason: self.backups.before(reason),  # noqa: PLW0108 - loads it late
        )

    @locked_cached_property
    def backups(self) -> Backups:
        from smtp_desktop.services.backup.backups import Backups

        adapters = self._adapters
        return Backups(
            store=adapters.backup_store,
            clock=adapters.clock,
            erase_unkept=self.profiles.erase_abandoned_secrets,
            state=lambda: adapters.home_store.state(),  # noqa: PLW0108 - made once a day
        )

    @locked_cached_property
    def whole_backups(self) -> WholeBackups:
        from smtp_desktop.services.backup.whole_backups import WholeBackups

        adapters = self._adapters
        return WholeBackups(home=adapters.home_store, vault=adapters.vault, sealer=adapters.backup_sealer)

    @locked_cached_property
    def restore(self) -> Restore:
        from smtp_desktop.services.backup.restore import Restore

        adapters = self._adapters
        return Restore(
            home=adapters.home_store,
            vault=adapters.vault,
            sealer=adapters.backup_sealer,
            clock=adapters.clock,
            events=adapters.events,
            lock=adapters.restore_lock,
        )

    @locked_cached_property
    def sign_ins(self) -> SignIns:
        from smtp_desktop.services.sign_in.sign_ins import SignIns

        adapters = self._adapters
        return SignIns(
            profiles=self.profiles,
            vault=adapters.vault,
            servers=lambda: adapters.authorization_servers,
            states=adapters.signed_in_store,
        )

    @locked_cached_property
    def _sign_in_records(self) -> SignInRecords:
        from smtp_desktop.services.sign_in.records import SignInRecords

        adapters = self._adapters
        return SignInRecords(states=adapters.signed_in_store, events=adapters.events, clock=adapters.clock)

    @locked_cached_property
    def _access_tokens(self) -> AccessTokens:
        from smtp_desktop.services.sign_in.access_tokens import AccessTokens
        from smtp_desktop.services.sign_in.stored_tokens import TokenContext

        adapters = self._adapters
        return AccessTokens(
            TokenContext(
                present=adapters.profile_store.get,
                vault=adapters.vault,
                servers=lambda: adapters.authorization_servers,
                records=self._sign_in_records,
                adviser=self.adviser,
                clock=adapters.clock,
            )
        )

    @locked_cached_property
    def server_access(self) -> ServerAccess:
        from smtp_desktop.services.server_access import ServerAccess

        return ServerAccess(
            vault=self._adapters.vault,
            source_of=lambda *arguments: self._access_tokens.source_of(*arguments),  # noqa: PLW0108 - loads it late
        )

    @locked_cached_property
    def deliverability(self) -> DeliverabilityChecks:
        from smtp_desktop.services.checks.deliverability import DeliverabilityChecks

        adapters = self._adapters
        return DeliverabilityChecks(
            dns=adapters.dns,
            preferences=adapters.preferences,
            clock=adapters.clock,
            read_providers=adapters.providers,
        )

    @locked_cached_property
    def adviser(self) -> Adviser:
        from smtp_desktop.services.checks.adviser import Adviser

        return Adviser(self._adapters.advice_rules)

    @locked_cached_property
    def tester(self) -> Tester:
        from smtp_desktop.services.checks.check_runner import CheckRunner
        from smtp_desktop.services.checks.test_mail import TestMailWriter
        from smtp_desktop.services.checks.tester import Tester

        adapters = self._adapters
        runner = CheckRunner(
            health=adapters.health_store,
            access=self.server_access,
            transport=adapters.transport,
            clock=adapters.clock,
            events=adapters.events,
            adviser=self.adviser,
            test_mails=TestMailWriter(
                clock=adapters.clock, new_message_id=adapters.new_message_id, program=f"SMTP Desktop {__version__}"
            ),
            release_hold=lambda one, version: adapters.outbox_store.release(one, version=version),
            warnings_for=self.deliverability.warnings_for,
        )
        return Tester(store=adapters.profile_store, health=adapters.health_store, events=adapters.events, runner=runner)

    @locked_cached_property
    def finder(self) -> SettingsFinder:
        from smtp_desktop.services.checks.settings_finder import SettingsFinder

        adapters = self._adapters
        return SettingsFinder(
            store=adapters.profile_store,
            health=adapters.health_store,
            access=self.server_access,
            prober=adapters.prober,
            events=adapters.events,
            read_providers=adapters.providers,
        )

    @locked_cached_property
    def discovery(self) -> Discovery:
        from smtp_desktop.services.discovery.discovery import Discovery

        adapters = self._adapters
        return Discovery(
            dns=adapters.dns,
            prober=adapters.prober,
            autoconfig=lambda: adapters.autoconfig,
            read_providers=adapters.providers,
        )

    @locked_cached_property
    def bulk_check(self) -> BulkCheck:
        from smtp_desktop.services.checks.bulk_check import BulkCheck

        return BulkCheck(tester=self.tester, store=self._adapters.profile_store, access=self.server_access)

    @locked_cached_property
    def bulk_edit(self) -> BulkEdit:
        from smtp_desktop.services.bulk_edit import BulkEdit

        return BulkEdit(self.profiles, back_up=self.backups.before)

    @locked_cached_property
    def password_replacement(self) -> PasswordReplacement:
        from smtp_desktop.services.password_replacement import PasswordReplacement

        return PasswordReplacement(
            profiles=self.profiles, tester=self.tester, vault=self._adapters.vault, back_up=self.backups.before
        )

    @locked_cached_property
    def mailbox_reader(self) -> MailboxReader:
        from smtp_desktop.services.mailbox import MailboxReader

        adapters = self._adapters
        return MailboxReader(
            store=adapters.profile_store,
            access=self.server_access,
            mailboxes=adapters.mailboxes,
            adviser=self.adviser,
        )

    @locked_cached_property
    def activities(self) -> Activities:
        from smtp_desktop.domain.delivery.activity import ActivityId
        from smtp_desktop.services.activities import Activities

        adapters = self._adapters
        return Activities(
            store=adapters.activity_store,
            profiles=adapters.profile_store,
            outbox=adapters.outbox_store,
            events=adapters.events,
            new_id=lambda: ActivityId(adapters.new_id()),
        )

    @locked_cached_property
    def ensurer(self) -> Ensurer:
        from smtp_desktop.services.declared.ensured import Ensurer

        return Ensurer(profiles=self.profiles, activities=self.activities, vault=self._adapters.vault)

    @locked_cached_property
    def applier(self) -> Applier:
        from smtp_desktop.services.declared.applier import Applier

        return Applier(
            ensurer=self.ensurer,
            profiles=self.profiles,
            activities=self.activities,
            preferences=self._adapters.preferences,
            authorities=self._adapters.authorities,
        )

    @locked_cached_property
    def exporter(self) -> Exporter:
        from smtp_desktop.services.exports.exporter import Exporter

        adapters = self._adapters
        return Exporter(
            profiles=self.profiles,
            activities=self.activities,
            preferences=adapters.preferences,
            vault=adapters.vault,
            sealer=adapters.sealer,
            writers=adapters.program_writers,
        )

    @locked_cached_property
    def imports(self) -> Imports:
        from smtp_desktop.domain.smtp.profile import ProfileId
        from smtp_desktop.services.imports.imports import Imports, ImportSources
        from smtp_desktop.services.imports.own_file import OwnExportFiles
        from smtp_desktop.services.secret_places import SecretPlaces, is_stored

        adapters = self._adapters
        own = OwnExportFiles(
            sealer=adapters.sealer,
            authorities=adapters.authorities,
            parse_certificate=self.certificates.parse,
            is_stored=lambda *secret: is_stored(adapters.vault, *secret),
        )
        return Imports(
            sources=ImportSources(readers=adapters.format_readers, own=own),
            setups=adapters.setup_store,
            vault=adapters.vault,
            places=SecretPlaces(adapters.profile_store, adapters.vault),
            events=adapters.events,
            new_id=lambda: ProfileId(adapters.new_id()),
            back_up=self.backups.before,
            record_sign_in=lambda *saved: self._sign_in_records.saved(*saved),  # noqa: PLW0108 - loads it late
        )

    @locked_cached_property
    def last_failures(self) -> LastFailures:
        from smtp_desktop.services.checks.last_failure import LastFailures

        return LastFailures(health=self._adapters.health_store, adviser=self.adviser)

    @locked_cached_property
    def end_dates(self) -> EndDates:
        from smtp_desktop.services.checks.end_dates import EndDates

        adapters = self._adapters
        return EndDates(
            store=adapters.profile_store, health=adapters.health_store, signed_in=adapters.signed_in_store.all
        )

    @locked_cached_property
    def end_date_warnings(self) -> EndDateWarnings:
        from smtp_desktop.services.checks.date_warnings import EndDateWarnings

        return EndDateWarnings(preferences=self._adapters.preferences)

    @locked_cached_property
    def certificates(self) -> Certificates:
        from smtp_desktop.services.sign_in.certificates import Certificates

        adapters = self._adapters
        return Certificates(
            profiles=self.profiles,
            store=adapters.profile_store,
            vault=adapters.vault,
            maker=adapters.certificate_maker,
            events=adapters.events,
            clock=adapters.clock,
        )

    @locked_cached_property
    def outbox(self) -> Outbox:
        from smtp_desktop.services.outbox import Outbox

        adapters = self._adapters
        return Outbox(
            store=adapters.outbox_store,
            activities=adapters.activity_store,
            profiles=adapters.profile_store,
            files=adapters.files,
            clock=adapters.clock,
            events=adapters.events,
            new_message_id=adapters.new_message_id,
        )

    def alerts_wanted(self) -> bool:
        """Whether somebody wants alerts; without loading what sends them. Raises StoreError."""
        from smtp_desktop.domain.checks.alert import alert_choices

        return bool(alert_choices(self.preferences.all()).channels)

    @locked_cached_property
    def alerts(self) -> Alerts:
        from smtp_desktop.services.alerts.alerts import Alerts

        adapters = self._adapters
        return Alerts(
            store=adapters.alert_store,
            preferences=adapters.preferences,
            profiles=adapters.profile_store,
            vault=adapters.vault,
            sender=self._alert_sender,
            clock=adapters.clock,
            read_holds=adapters.read_holds,
            computer=_computer(),
        )

    @locked_cached_property
    def alert_settings(self) -> AlertSettings:
        from smtp_desktop.services.alerts.alert_settings import AlertSettings

        adapters = self._adapters
        return AlertSettings(
            store=adapters.alert_store,
            preferences=adapters.preferences,
            profiles=adapters.profile_store,
            vault=adapters.vault,
            webhook=lambda: adapters.webhook,
            sender=self._alert_sender,
            computer=_computer(),
        )

    @locked_cached_property
    def _alert_sender(self) -> AlertSender:
        from smtp_desktop.services.alerts.sender import AlertSender

        adapters = self._adapters
        return AlertSender(
            profiles=adapters.profile_store,
            health=adapters.health_store,
            access=self.server_access,
            transport=adapters.transport,
            webhook=lambda: adapters.webhook,
            adviser=self.adviser,
            clock=adapters.clock,
            new_message_id=adapters.new_message_id,
        )

    @locked_cached_property
    def outbox_mails(self) -> OutboxMails:
        from smtp_desktop.services.outbox_mails import OutboxMails

        adapters = self._adapters
        return OutboxMails(
            store=adapters.outbox_store, profiles=adapters.profile_store, mail_format=adapters.mail_format
        )

    @locked_cached_property
    def inbox_setup(self) -> InboxSetup:
        from smtp_desktop.services.inbox_setup import InboxSetup

        return InboxSetup(server=self._adapters.inbox_server, profiles=self.profiles, preferences=self.preferences)

    def next_work_at(self) -> datetime | None:
        """Returns when a courier is needed next; see `services.delivery.next_work`. Raises StoreError."""
        from smtp_desktop.domain.delivery.outbox_settings import outbox_settings
        from smtp_desktop.services.delivery.next_work import next_work_at

        adapters = self._adapters
        settings = outbox_settings(self.preferences.all())
        return next_work_at(adapters.outbox_store, now=adapters.clock.now(), settings=settings)

    def clear(self, *, little: bool = False) -> None:
        """Deletes old deliveries and contents of mails that were sent, as the settings have it, and gives the room that
        they took back to the disk; with `little`, so much of it as takes no time to speak of. Raises StoreError."""
        from smtp_desktop.domain.delivery.outbox_settings import outbox_settings

        settings = outbox_settings(self.preferences.all())
        batches = _LITTLE_CLEARING if little else None
        self.outbox.prune(retention_days=settings.retention_days, batches=batches)
        self.outbox.drop_contents(content_days=settings.content_days, batches=batches)
        self._adapters.give_back_room(batches=batches)

    def courier(self, lease_s: float) -> Courier:
        """Returns a new courier, whose leases last `lease_s`. Raises StoreError."""
        import random
        from datetime import timedelta

        from smtp_desktop.domain.delivery.delivery import CourierId
        from smtp_desktop.domain.delivery.outbox_settings import outbox_settings
        from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
        from smtp_desktop.services.delivery.attempt import CourierContext
        from smtp_desktop.services.delivery.courier import Courier

        adapters = self._adapters
        retry_days = outbox_settings(self.preferences.all()).retry_days
        context = CourierContext(
            store=adapters.outbox_store,
            profiles=adapters.profile_store,
            health=adapters.health_store,
            access=self.server_access,
            connector=adapters.connector,
            adviser=self.adviser,
            clock=adapters.clock,
            events=adapters.events,
            policy=RetryPolicy(lifetime=timedelta(days=retry_days)),
            jitter=random.random,
            courier_id=CourierId(adapters.new_id()),
        )
        return Courier(context, self.tester, lease_s=lease_s)


def _computer() -> str:
    import platform

    return platform.node() or "this computer"
