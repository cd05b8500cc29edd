"""Deliveries and attempts in text and JSON."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from smtp_desktop.cli.output.conversation import STAGE_NAMES, failure_document, reply_document, step_documents
from smtp_desktop.cli.output.output import field_lines, shortened, table
from smtp_desktop.domain.delivery.attempt import Attempt, last_reply
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.diagnosis.conversation import Party, StepStatus, TranscriptLine

_WIDTH = 40
_NAMED_RECIPIENTS = 2
_PARTIES = {Party.CLIENT: "C:", Party.SERVER: "S:", Party.NOTE: "--"}


def delivery_document(delivery: Delivery) -> dict[str, object]:
    """Returns a delivery for `--json`; times are ISO 8601 in UTC. `smtp` is null before the first attempt."""
    return {
        "id": delivery.id,
        "created_at": _utc(delivery.created_at),
        "state": delivery.state.value,
        "activity": delivery.activity_name or None,
        "smtp": delivery.smtp_name or None,
        "by_backup": delivery.by_backup,
        "subject": delivery.subject,
        "recipients": [
            {"address": one.address, "state": one.state.value, "reply": one.reply} for one in delivery.recipients
        ],
        "attempts": delivery.attempts,
        "next_try_at": _utc(delivery.next_try_at),
        "finished_at": _utc(delivery.finished_at),
        "cause": delivery.last_cause.value if delivery.last_cause else None,
        "last_reply": delivery.last_reply,
        "message_id": delivery.message_id,
        "may_be_twice": delivery.may_be_twice,
        "size_bytes": delivery.size_bytes,
        "content_dropped": delivery.content_dropped,
    }


def attempt_document(attempt: Attempt) -> dict[str, object]:
    """Returns an attempt for `--json`, with its steps as `smtp test --json` has them."""
    timeline = attempt.timeline
    failure = timeline.failure
    return {
        "number": attempt.number,
        "started_at": _utc(attempt.started_at),
        "smtp": attempt.smtp_name,
        "by_backup": attempt.by_backup,
        "state": attempt.state.value,
        "cause": attempt.cause.value if attempt.cause else None,
        **failure_document(failure),
        "reply": reply_document(failure.reply if failure else timeline.accepted),
        "steps": step_documents(timeline),
        "transcript": [_transcript_line(line) for line in timeline.transcript],
    }


def _transcript_line(line: TranscriptLine) -> str:
    return f"{_PARTIES[line.party]} {line.text}"


def _utc(time: datetime | None) -> str | None:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _local(time: datetime | None) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S") if time else ""


def recipients_in_short(delivery: Delivery) -> str:
    """Returns "a@company.example, b@company.example and 3 more"."""
    named = [recipient.address for recipient in delivery.recipients[:_NAMED_RECIPIENTS]]
    more = len(delivery.recipients) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def delivery_table(deliveries: Sequence[Delivery], holds: Mapping[DeliveryId, HoldWords]) -> list[str]:
    """Returns a heading and a line for each delivery. `holds` are what some of them wait for."""
    return table(
        [
            {
                "ID": str(delivery.id),
                "CREATED": _local(delivery.created_at),
                "STATE": _state(delivery, holds.get(delivery.id)),
                "ACTIVITY": delivery.activity_name,
                "SMTP": _smtp(delivery.smtp_name, by_backup=delivery.by_backup),
                "TO": shortened(recipients_in_short(delivery), _WIDTH),
                "SUBJECT": shortened(delivery.subject, _WIDTH),
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


def delivery_lines(delivery: Delivery) -> list[str]:
    """Returns a delivery as lines `field: value`, with local times."""
    document = delivery_document(delivery)
    document |= {
        "created_at": _local(delivery.created_at),
        "next_try_at": _local(delivery.next_try_at) or None,
        "finished_at": _local(delivery.finished_at) or None,
        "recipients": [f"{one.address} {one.state} {one.reply}".rstrip() for one in delivery.recipients],
    }
    return field_lines(document)


def attempt_lines(attempt: Attempt, *, transcript: bool) -> list[str]:
    """Returns an empty line and an attempt in lines, with its transcript if `transcript`."""
    through = _smtp(attempt.smtp_name, by_backup=attempt.by_backup)
    timeline = attempt.timeline
    lines = ["", f"Try {attempt.number}, {_local(attempt.started_at)}, through {through}: {attempt.state}"]
    lines += [
        f"  {step.status:<7}  {STAGE_NAMES[step.stage]:<9}  {step.duration_ms:>7.0f} ms  {step.detail}".rstrip()
        for step in timeline.steps
        if step.status is not StepStatus.NOT_REACHED
    ]
    reply = last_reply(timeline)
    lines += [f"  {reply}"] if reply else []
    return lines + ([f"  {_transcript_line(line)}" for line in timeline.transcript] if transcript else [])
