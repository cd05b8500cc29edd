"""Documents about messages in the outbox."""

from typing import Annotated, TypedDict

from smtp_desktop.cli.contract.common import Error, FailureKeys, Line, Reply, Step, Time
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.diagnosis.kinds import Cause


class Recipient(TypedDict):
    """A recipient, and how far the message is for it."""

    address: str
    state: DeliveryState
    last_reply: Annotated[str | None, "What the server said, where it refused"]


class Message(TypedDict):
    """A message in the outbox."""

    id: Annotated[int, "A later message has a larger one"]
    created_at: Time
    state: DeliveryState
    activity: Annotated[str | None, "null for a message that came by send"]
    smtp: Annotated[str | None, "The SMTP of the last attempt; null before the first"]
    by_backup: bool
    subject: str
    recipients: list[Recipient]
    attempts: Annotated[int, "How many there were"]
    next_try_at: Time | None
    finished_at: Time | None
    cause: Annotated[Cause | None, "Why it waits or was not sent: see docs/diagnosis.md"]
    last_reply: str | None
    message_id: str
    may_be_twice: Annotated[bool, "Whether recipients may get it twice"]
    size_bytes: Annotated[int, "About how large the whole message is, encoded as it is sent"]
    content_dropped: Annotated[bool, "Whether only this record is left of it"]


class Attempt(FailureKeys):
    """An attempt to send a message."""

    number: int
    started_at: Time
    smtp: str
    by_backup: bool
    state: DeliveryState
    cause: Cause | None
    reply: Annotated[Reply | None, "To what failed, or to the message that was accepted"]
    steps: list[Step]
    transcript: list[Line]


class MessageWithAttempts(Message):
    """A message with every attempt."""

    attempts_log: list[Attempt]


class Fate(TypedDict):
    """What became of a message that was tried."""

    id: int
    state: DeliveryState
    cause: Cause | None
    last_reply: str | None
    refused_recipients: Annotated[int, "How many recipients were refused"]


class OutboxRun(TypedDict):
    """What a run did. The exit code is 0 when all was sent, 69 when something was refused or expired, else 75."""

    sent: int
    refused: int
    expired: int
    unknown: Annotated[int, "May have been sent: no clear answer came back"]
    waiting: Annotated[int, "How many messages wait in the outbox now"]
    held: Annotated[int, "How many of these wait for an SMTP that is held or paused"]
    messages: Annotated[list[Fate], "Those that were tried"]


class Retried(TypedDict):
    """The result of resending messages."""

    resent: int
    hurried: Annotated[int, "Messages that waited, and are tried now"]
    queued: Annotated[list[int], "IDs of new messages, with --via and --to"]
    ids: Annotated[list[int], "The messages that were chosen"]
    dry_run: bool


class Canceled(TypedDict):
    """The result of canceling messages."""

    cancelled: int
    ids: Annotated[list[int], "The messages that were chosen"]
    dry_run: bool


class Purged(TypedDict):
    """The result of deleting messages."""

    deleted: int
    ids: Annotated[list[int], "The messages that were chosen"]
    dry_run: bool


class RefusedLine(TypedDict):
    """A line of values that was refused."""

    line: int
    error: Error


class Triggered(TypedDict):
    """What came of lines of values."""

    activity: str
    queued: Annotated[int, "How many messages; with --dry-run, how many there would be"]
    refused: list[RefusedLine]
    ids: Annotated[list[int], "The messages"]
    messages: Annotated[list[Fate], "What became of them, with --wait; empty without it"]
    error: Annotated[Error | None, "What stopped it"]
    next_line: Annotated[int | None, "Where to resume"]
    dry_run: bool
