"""Messages of the outbox and their attempts, in text and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from smtp_desktop.cli.output.conversation import STAGE_NAMES, failure_document, reply_document, step_documents
from smtp_desktop.cli.output.output import field_lines, table
from smtp_desktop.cli.output.times import local_text, local_zone, utc_text
from smtp_desktop.domain.delivery.attempt import Attempt, last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.delivery.waiting import smtp_name_of
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.diagnosis.conversation import Party, StepStatus, TranscriptLine
from smtp_desktop.domain.smtp.profile import SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import outbox

_NAMED_RECIPIENTS = 2
_PARTIES = {Party.CLIENT: "C:", Party.SERVER: "S:", Party.NOTE: "--"}


def delivery_document(delivery: Delivery, profiles: Sequence[SmtpProfile]) -> outbox.Message:
    """Returns a message for `--json`. `profiles` are all SMTPs."""
    return {
        "id": delivery.id,
        "created_at": utc_text(delivery.created_at),
        "state": delivery.state,
        "activity": delivery.activity_name or None,
        "smtp": smtp_name_of(delivery, profiles) or None,
        "by_backup": delivery.by_backup,
        "subject": delivery.subject,
        "recipients": [
            {"address": one.address, "state": one.state, "last_reply": one.reply or None} for one in delivery.recipients
        ],
        "attempts": delivery.attempts,
        "next_try_at": _utc_or_none(delivery.next_try_at),
        "finished_at": _utc_or_none(delivery.finished_at),
        "cause": delivery.last_cause,
        "last_reply": delivery.last_reply or None,
        "message_id": delivery.message_id,
        "may_be_twice": delivery.may_be_twice,
        "size_bytes": delivery.size_bytes,
        "content_dropped": delivery.content_dropped,
    }


def attempt_document(attempt: Attempt) -> outbox.Attempt:
    """Returns an attempt for `--json`, with its steps as `smtp test --json` has them."""
    timeline = attempt.timeline
    failure = timeline.failure
    return {
        "number": attempt.number,
        "started_at": utc_text(attempt.started_at),
        "smtp": attempt.smtp_name,
        "by_backup": attempt.by_backup,
        "state": attempt.state,
        "cause": attempt.cause,
        **failure_document(failure),
        "reply": reply_document(failure.reply if failure else timeline.accepted),
        "steps": step_documents(timeline),
        "transcript": [
            {"at_ms": round(line.at_ms, 1), "party": line.party, "text": line.text} for line in timeline.transcript
        ],
    }


def _transcript_line(line: TranscriptLine) -> str:
    return f"{_PARTIES[line.party]} {line.text}"


def _utc_or_none(time: datetime | None) -> str | None:
    return utc_text(time) if time else None


def _local(time: datetime | None) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S") if time else ""


def recipients_in_short(delivery: Delivery) -> str:
    """Returns "a@company.example, b@company.example and 3 more"."""
    named = [recipient.address for recipient in delivery.recipients[:_NAMED_RECIPIENTS]]
    more = len(delivery.recipients) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def delivery_table(
    deliveries: Sequence[Delivery], holds: Mapping[DeliveryId, HoldWords], profiles: Sequence[SmtpProfile]
) -> list[str]:
    """Returns a heading and a line for each delivery. `holds` are what some of them wait for; `profiles` are all
    SMTPs."""
    return table(
        [
            {
                "ID": str(delivery.id),
                f"QUEUED ({local_zone()})": _local(delivery.created_at),
                "STATE": _state(delivery, holds.get(delivery.id)),
                "ACTIVITY": delivery.activity_name,
                "SMTP": _smtp(smtp_name_of(delivery, profiles), by_backup=delivery.by_backup),
                "TO": recipients_in_short(delivery),
                "SUBJECT": delivery.subject,
            }
            for delivery in deliveries
        ]
    )


def _state(delivery: Delivery, hold: HoldWords | None) -> str:
    if hold:
        return f"{delivery.state}, {hold.state.lower()}"
    if delivery.state is DeliveryState.SENT and delivery.refused_count:
        return f"sent, {delivery.refused_count:,} refused"
    return delivery.state.value


def _smtp(name: str, *, by_backup: bool) -> str:
    return f"{name} (backup)" if name and by_backup else name


def delivery_lines(delivery: Delivery, profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns a message as lines `Field: value`, with local times; without fields that have no value. `profiles` are
    all SMTPs."""
    return field_lines(
        {
            "ID": delivery.id,
            "State": _state(delivery, None),
            "Cause": str(words_of(delivery.last_cause).short) if delivery.last_cause else None,
            "Last reply": delivery.last_reply or None,
            "Subject": delivery.subject or None,
            "Recipients": [_recipient_line(one) for one in delivery.recipients],
            "Activity": delivery.activity_name or None,
            "SMTP": _smtp(smtp_name_of(delivery, profiles), by_backup=delivery.by_backup) or None,
            "Queued": local_text(delivery.created_at),
            "Next try": local_text(delivery.next_try_at) if delivery.next_try_at else None,
            "Finished": local_text(delivery.finished_at) if delivery.finished_at else None,
            "Attempts": delivery.attempts,
            "Message-ID": delivery.message_id,
            "May be twice": delivery.may_be_twice or None,
            "Content dropped": delivery.content_dropped or None,
        }
    )


def _recipient_line(recipient: RecipientState) -> str:
    reply = f": {recipient.reply}" if recipient.reply else ""
    return f"{recipient.address} ({recipient.state}{reply})"


def attempt_lines(attempt: Attempt, *, transcript: bool) -> list[str]:
    """Returns an empty line and an attempt in lines, with its transcript if `transcript`."""
    through = _smtp(attempt.smtp_name, by_backup=attempt.by_backup)
    timeline = attempt.timeline
    lines = ["", f"Attempt {attempt.number}, {_local(attempt.started_at)}, through {through}: {attempt.state}"]
    lines += [
        f"  {step.status:<7}  {STAGE_NAMES[step.stage]:<9}  {step.duration_ms:>7.0f} ms  {step.detail}".rstrip()
        for step in timeline.steps
        if step.status is not StepStatus.NOT_REACHED
    ]
    reply = last_reply(timeline)
    lines += [f"  {reply}"] if reply else []
    return lines + ([f"  {_transcript_line(line)}" for line in timeline.transcript] if transcript else [])
