"""A courier on the real outbox in SQLite, with connections that need no network."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.databases import opened_database
from fakes.known_advice import OAUTH_RULES, SMTP_RULES
from fakes.mail_connections import FakeMailConnection, FakeMailConnector
from fakes.server_access import access_by
from fakes.small import FixedClock, RecordedEvents
from fakes.stored import put
from fakes.transport import FakeTransport, failed
from fakes.vault import MemoryVault
from services.tester_harness import GRAPH_RULES

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryId
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
from smtp_desktop.domain.diagnosis.conversation import Reply, Stage, Timeline
from smtp_desktop.domain.diagnosis.rules import RuleSet
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Mail, RawMessage, TemplateMessage
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import (
    GenericServer,
    GraphMailbox,
    ProfileId,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.checks.check_runner import CheckRunner
from smtp_desktop.services.checks.test_mail import TestMailWriter
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.courier import Courier
from smtp_desktop.services.delivery.in_flight import DeliverySummary
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox import leases
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles

RULES = {RuleSet.GENERIC: SMTP_RULES, RuleSet.GRAPH: GRAPH_RULES, RuleSet.OAUTH: OAUTH_RULES}
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATIENCE_S = 30
WRONG_PASSWORD = Reply(code=535, enhanced_code="5.7.8", text=("no",))
LATER = Reply(code=450, enhanced_code="4.2.0", text=("later",))
NOBODY = Reply(code=550, enhanced_code="5.1.1", text=("nobody",))


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def generic(name: str, *, default: bool = False, port: int = 587, auth: bool = True, **more: Any) -> SmtpProfile:
    return SmtpProfile(
        id=ProfileId(name),
        name=name,
        is_default=default,
        from_address=f"{name}@company.example",
        server=GenericServer(
            host_name="127.0.0.1",
            smtp_port=port,
            tls=False,
            auth_required=auth,
            user_name="boss@company.example" if auth else "",
            password_ref=SecretRef(f"memory:{name}") if auth else None,
        ),
        **more,
    )


def graph(name: str, *, default: bool = False) -> SmtpProfile:
    return SmtpProfile(
        id=ProfileId(name),
        name=name,
        is_default=default,
        server=GraphMailbox(
            user_name="box@company.example",
            tenant_id="11111111-1111-1111-1111-111111111111",
            client_id="22222222-2222-2222-2222-222222222222",
            sign_in=SignIn.APP_ONLY,
            client_secret_ref=SecretRef(f"memory:{name}"),
        ),
    )


def message(subject: str = "Report", to: str = "a@x.example", number: int = 1, **more: Any) -> TemplateMessage:
    return TemplateMessage(
        to=tuple(parse_address(one) for one in to.split(",")),
        subject=subject,
        message_id=f"<{subject.replace(' ', '-')}.{number}@company.example>",
        date=MORNING,
        text="Hello",
        **more,
    )


def always(stage: Stage, **more: Any) -> Callable[[FakeMailConnection, Mail], Timeline]:
    return lambda connection, mail: failed(connection.server, mail, stage, **more)


class CourierHarness:
    """Mails go through `connector`, checks through `transport`. Without a `clock`, time passes by `pass_time` alone."""

    def __init__(
        self,
        path: Path,
        *profiles: SmtpProfile,
        clock: FixedClock | None = None,
        connector: FakeMailConnector | None = None,
    ) -> None:
        self.path = path
        self.database = opened_database(path)
        self.store = SqliteOutbox(self.database)
        self.profiles = SqliteProfiles(self.database)
        self.health = SqliteHealth(self.database)
        self.vault = MemoryVault()
        self.connector = FakeMailConnector() if connector is None else connector
        self.clock = clock or FixedClock(MORNING)
        self.events = RecordedEvents()
        self.transport = FakeTransport(timeline=Timeline(steps=()))
        self.attempts: list[tuple[Delivery, Attempt]] = []
        self.policy = RetryPolicy()
        self.adviser = Adviser(RULES.__getitem__)
        for profile in profiles:
            self.save(profile)

    def save(self, profile: SmtpProfile) -> None:
        for ref in profile.secret_refs.values():
            self.vault.secrets[ref] = Secret("geheim")
        put(self.profiles, profile)

    def close(self) -> None:
        self.database.close()

    def pass_time(self, **spans: float) -> None:
        """Sets the clock forward by `timedelta(**spans)`."""
        self.clock.moment += timedelta(**spans)

    def tester(self) -> Tester:
        runner = CheckRunner(
            health=self.health,
            access=access_by(self.vault),
            transport=self.transport,
            clock=self.clock,
            events=self.events,
            adviser=self.adviser,
            test_mails=TestMailWriter(
                clock=self.clock, new_message_id=lambda domain: f"<test@{domain}>", program="SMTP Desktop"
            ),
            release_hold=lambda one, version: self.store.release(one, version=version),
            warnings_for=lambda *_: (),
        )
        return Tester(store=self.profiles, health=self.health, events=self.events, runner=runner)

    def courier(self, name: str = "c1", **more: Any) -> Courier:
        options: dict[str, Any] = {"lease_s": 60, **more}
        context = CourierContext(
            store=self.store,
            profiles=self.profiles,
            health=self.health,
            access=access_by(self.vault),
            connector=self.connector,
            adviser=self.adviser,
            clock=self.clock,
            events=self.events,
            policy=self.policy,
            jitter=lambda: 0.5,
            courier_id=CourierId(name),
        )
        return Courier(context, self.tester(), **options)

    def add(
        self, *messages: TemplateMessage | RawMessage | int, smtp: str | None = None, backup: str | None = None
    ) -> Sequence[DeliveryId]:
        """Puts messages into the outbox, or so many numbered ones."""
        added: list[TemplateMessage | RawMessage] = []
        for one in messages or [message()]:
            if isinstance(one, int):
                added += [message(f"Mail {number}", number=number) for number in range(one)]
            else:
                added.append(one)
        return self.store.add(
            [
                OutboxEntry(
                    message=one,
                    created_at=self.clock.now(),
                    size_bytes=100,
                    smtp_id=ProfileId(smtp) if smtp else None,
                    backup_id=ProfileId(backup) if backup else None,
                )
                for one in added
            ]
        )

    def steal(self, limit: int = 1) -> None:
        """Ends all leases and lets another courier claim so many mails, in one transaction, before anyone else can."""
        with self.database.write() as connection:
            self.pass_time(seconds=61)
            now = self.clock.now()
            leases.reclaim_expired(connection, now=now, retry_at=[now])
            leases.claim(
                connection, CourierId("other"), now=now, lease_ends_at=now + timedelta(1), limit=limit, excluding=()
            )

    def run(self, courier: Courier | None = None, **more: Any) -> DeliverySummary:
        """Delivers what is due now."""
        return (courier or self.courier(**more)).run(watch=False, cancel=Cancel(), on_attempt=self.on_attempt)

    def on_attempt(self, delivery: Delivery, attempt: Attempt) -> None:
        self.attempts.append((delivery, attempt))

    def states(self, ids: Iterable[DeliveryId]) -> list[str]:
        return [str(self.store.get(one).state) for one in ids]

    @contextmanager
    def watching(self, **more: Any) -> Iterator[Cancel]:
        """Runs a courier until the end of the block; yields its cancel."""
        cancel = Cancel()
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(self.courier(**more).run, watch=True, cancel=cancel, on_attempt=self.on_attempt)
            try:
                yield cancel
            finally:
                cancel.request()
                future.result(PATIENCE_S)


class Gate:
    """Makes threads wait until the test opens it. `reached` is set when the first one waits."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    def wait(self) -> None:
        self.reached.set()
        assert self._open.wait(PATIENCE_S)
