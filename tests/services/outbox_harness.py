"""`Activities` and `Outbox` on the real database and the real disk."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

from fakes.small import FixedClock, RecordedEvents
from fakes.stored import put

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.activities import Activities
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database
from smtp_desktop.store.files import DiskFiles
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVERYTHING = DeliveryFilter()
NIGHTLY = ActivityDraft(
    name="Nightly", to="{{ who }}, ops@x.example", bcc="log@x.example", subject="{{ what }}", text="{{ what }} is done"
)


class CountedFiles:
    """Reads files from the disk, and notes their paths."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self._disk = DiskFiles()

    def read(self, path: str, *, limit_bytes: int) -> Attachment:
        self.paths.append(path)
        return self._disk.read(path, limit_bytes=limit_bytes)


class OutboxHarness:
    def __init__(self, database: Database) -> None:
        numbers = itertools.count(1)
        self.clock = FixedClock(NOW)
        self.events = RecordedEvents([])
        self.files = CountedFiles()
        self.profiles = SqliteProfiles(database)
        self.activity_store = SqliteActivities(database)
        self.store = SqliteOutbox(database)
        self.activities = Activities(
            store=self.activity_store,
            profiles=self.profiles,
            outbox=self.store,
            events=self.events,
            new_id=lambda: ActivityId(f"a{next(numbers)}"),
        )
        self.outbox = Outbox(
            store=self.store,
            activities=self.activity_store,
            profiles=self.profiles,
            files=self.files,
            clock=self.clock,
            events=self.events,
            new_message_id=lambda domain: f"<{next(numbers)}@{domain}>",
        )

    def has_smtp(
        self, name: str = "Main", *, default: bool = True, from_address: str = "", user: str = "desk@main.example"
    ) -> SmtpProfile:
        profile = SmtpProfile(
            id=ProfileId(name.lower()),
            name=name,
            server=GenericServer(host_name="smtp.main.example", user_name=user),
            is_default=default,
            from_address=from_address,
        )
        put(self.profiles, profile)
        return profile

    def has_activity(self, draft: ActivityDraft = NIGHTLY) -> Activity:
        """Stores an activity, and clears the events."""
        activity = self.activities.create(draft)
        self.events.published.clear()
        return activity

    def is_held(self, profile: SmtpProfile, *, until: datetime = NOW) -> None:
        self.store.hold(
            SmtpHold(
                profile_id=profile.id,
                since=NOW,
                stage=Stage.SIGN_IN,
                kind=FailureKind.REPLY,
                reply="535 no",
                until=until,
            )
        )

    def queued(self) -> Sequence[Delivery]:
        return self.outbox.page(EVERYTHING)
