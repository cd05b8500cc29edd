"""Documents about messages in the outbox."""

from typing import Annotated, TypedDict

from smtp_desktop.cli.contract.common import Error, FailureKeys, Line, Reply, Step, Time
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.diagnosis.kinds import Cause


class Recipient(TypedDict):
    """A recipient, and how far the message is for it."""

    address: Annotated[str, "Without a display name"]
    state: Annotated[DeliveryState, "How far the message is for it"]
    last_reply: Annotated[str | None, "What the server said, where it refused"]


class Message(TypedDict):
    """A message in the outbox."""

    id: Annotated[int, "A later message has a larger one"]
    created_at: Annotated[Time, "When it was queued"]
    state: Annotated[DeliveryState, "How far it is"]
    activity: Annotated[str | None, "null for a message that came by send"]
    smtp: Annotated[str | None, "The SMTP of the last attempt; before the first, the one that it will go through"]
    by_backup: Annotated[bool, "Whether that was the backup"]
    subject: Annotated[str, "As in its header"]
    recipients: Annotated[list[Recipient], "All of To, Cc and Bcc"]
    attempts: Annotated[int, "How many there were"]
    next_try_at: Annotated[Time | None, "When it is tried next; null if it is not"]
    finished_at: Annotated[Time | None, "When it was sent or given up; null before"]
    cause: Annotated[Cause | None, "Why it waits or was not sent: see docs/diagnosis.md"]
    last_reply: Annotated[str | None, "What the server said last"]
    message_id: Annotated[str, "As in its Message-ID header"]
    may_be_twice: Annotated[bool, "Whether recipients may get it twice"]
    size_bytes: Annotated[int, "As it is sent: an estimate, to a few percent, unless the message came complete"]
    content_dropped: Annotated[bool, "Whether only this record is left of it"]


class Attempt(FailureKeys):
    """An attempt to send a message."""

    number: Annotated[int, "1 for the first"]
    started_at: Annotated[Time, "When it began"]
    smtp: Annotated[str, "The SMTP that was tried"]
    by_backup: Annotated[bool, "Whether that was the backup"]
    state: Annotated[DeliveryState, "How far the message was after it"]
    cause: Annotated[Cause | None, "What went wrong: see docs/diagnosis.md"]
    reply: Annotated[Reply | None, "To what failed, or to the message that was accepted"]
    steps: Annotated[list[Step], "In the order in which they ran"]
    transcript: Annotated[list[Line], "Who said what"]


class MessageWithAttempts(Message):
    """A message with every attempt."""

    attempts_log: Annotated[list[Attempt], "Every attempt, the first one first"]


class DeliveryResult(TypedDict):
    """What became of a message that was tried."""

    id: Annotated[int, "The message"]
    state: Annotated[DeliveryState, "How far it is now"]
    cause: Annotated[Cause | None, "What went wrong: see docs/diagnosis.md"]
    last_reply: Annotated[str | None, "What the server said last"]
    refused_recipients: Annotated[int, "How many recipients were refused"]


class OutboxRun(TypedDict):
    """What a run did. The exit code is 0 when all was sent, 69 when something was refused or expired, else 75."""

    sent: Annotated[int, "How many were sent"]
    refused: Annotated[int, "How many were refused"]
    expired: Annotated[int, "How many are too old to be sent"]
    unknown: Annotated[int, "May have been sent: no clear answer came back"]
    waiting: Annotated[int, "How many messages wait in the outbox now"]
    held: Annotated[int, "How many of these wait for an SMTP that is held or paused"]
    messages: Annotated[list[DeliveryResult], "Those that were tried"]


class Retried(TypedDict):
    """The result of resending messages."""

    resent: Annotated[int, "How many are sent again"]
    hurried: Annotated[int, "Messages that waited, and are tried now"]
    queued: Annotated[list[int], "IDs of new messages, with --via and --to"]
    ids: Annotated[list[int], "The messages that were chosen"]
    dry_run: Annotated[bool, "Whether nothing was changed, and this is what would be"]


class Canceled(TypedDict):
    """The result of canceling messages."""

    cancelled: Annotated[int, "How many; spelled as the state"]
    ids: Annotated[list[int], "The messages that were chosen"]
    dry_run: Annotated[bool, "Whether nothing was changed, and this is what would be"]


class Purged(TypedDict):
    """The result of deleting messages."""

    deleted: Annotated[int, "How many"]
    ids: Annotated[list[int], "The messages that were chosen"]
    dry_run: Annotated[bool, "Whether nothing was changed, and this is what would be"]


class RefusedLine(TypedDict):
    """A line of values that was refused."""

    line: Annotated[int, "Its number, 1 for the first"]
    error: Annotated[Error, "What is wrong with it"]


class Triggered(TypedDict):
    """What came of lines of values."""

    activity: Annotated[str, "The activity"]
    queued: Annotated[int, "How many messages; with --dry-run, how many there would be"]
    refused: Annotated[list[RefusedLine], "Lines without a message"]
    ids: Annotated[list[int], "The messages"]
    messages: Annotated[list[DeliveryResult], "What became of them, with --wait; empty without it"]
    error: Annotated[Error | None, "What stopped it"]
    next_line: Annotated[int | None, "Where to resume"]
    dry_run: Annotated[bool, "Whether nothing was changed, and this is what would be"]
