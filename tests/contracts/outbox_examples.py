"""Messages, entries and updates to fill an outbox with."""

from datetime import UTC, datetime, timedelta, timezone

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import CourierId, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Party,
    RecipientRefused,
    Reply,
    Stage,
    Step,
    StepStatus,
    SupportId,
    Timeline,
    TranscriptLine,
)
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Attachment, RawMessage, TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId

NOW = datetime(2026, 3, 1, 12, 0, 0, 123457, tzinfo=UTC)
LEASE = NOW + timedelta(seconds=60)
LATER = NOW + timedelta(hours=1)
ANN, BOB = CourierId("ann"), CourierId("bob")
PDF = Attachment(name="größe.pdf", content=bytes(range(256)) * 40, content_type="application/pdf")
CSV = Attachment(name="a.csv", content=b"", content_type="text/csv; charset=utf-8")


def address(spec, display_name=""):
    local, _, domain = spec.rpartition("@")
    return Address(local=local, domain=domain, display_name=display_name)


def message(subject="Hello", to=("a@x.example",), **fields):
    return TemplateMessage(
        to=tuple(address(spec) for spec in to), subject=subject, message_id="<1@x>", date=NOW, **fields
    )


FULL_MESSAGE = TemplateMessage(
    to=(address("ünï@x.example", 'Ünï "the one"'), address("b@x.example")),
    cc=(address("c@x.example"),),
    bcc=(address("d@x.example"), address("b@x.example")),
    reply_to=(address("r@x.example", "R"),),
    subject="Größe 🎉 it's %_\\",
    text="one\ntwo\x00\r\n",
    html="<p>ü</p>",
    message_id="<full@x>",
    date=datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=2))),
    attachments=(PDF, CSV, PDF),
    headers=(("X-Job", "ü"), ("X-Job", "")),
)
RAW_MESSAGE = RawMessage(
    raw=b"Subject: x\r\n\r\n\x00\xff\r\n.\r\n",
    recipients=(address("z@x.example", "Z"),),
    message_id="<raw@x>",
    subject="x",
    sender=address("bounce@x.example"),
)


def entry(mail=None, *, at=NOW, **fields):
    return OutboxEntry(message=mail or message(), created_at=at, size_bytes=123, **fields)


def to_smtp(smtp_id, backup_id=None, *, at=NOW):
    return entry(at=at, smtp_id=ProfileId(smtp_id), backup_id=ProfileId(backup_id) if backup_id else None)


def recipient(state, spec="a@x.example", reply=""):
    return RecipientState(address=spec, state=DeliveryState(state), reply=reply)


SENT_TIMELINE = Timeline(
    steps=(Step(stage=Stage.CONTENT, status=StepStatus.DONE, detail="ok", started_ms=1.25, duration_ms=0.1),),
    transcript=(TranscriptLine(party=Party.SERVER, text="250 2.0.0 Ünï queued", at_ms=3.5),),
    accepted=Reply(code=250, enhanced_code="2.0.0", text=("queued", "as 7")),
    refused=(RecipientRefused(recipient="b@x.example", reply=Reply(code=550, text=("no",))),),
)
REFUSED_TIMELINE = Timeline(
    steps=(Step(stage=Stage.SEND, status=StepStatus.FAILED),),
    failure=Failure(
        stage=Stage.SEND,
        kind=FailureKind.GRAPH_REFUSED,
        message=msg("It said {what} {number} times.", what="no", number=3),
        reply=HttpReply(code=429, error_code="Slow", ids=(SupportId(name="request-id", value="7"),), retry_after_s=1.5),
    ),
)


def update(state="sent", *recipients, next_try_at=None, may_be_twice=False, timeline=SENT_TIMELINE, number=1):
    state = DeliveryState(state)
    return DeliveryUpdate(
        attempt=attempt(state, timeline=timeline, number=number),
        state=state,
        recipients=recipients or (recipient(state),),
        next_try_at=next_try_at,
        finished_at=None if next_try_at else NOW,
        may_be_twice=may_be_twice,
    )


def attempt(state="waiting", *, timeline=REFUSED_TIMELINE, number=1):
    return Attempt(
        number=number,
        started_at=NOW,
        smtp_name="Main",
        by_backup=True,
        state=DeliveryState(state),
        timeline=timeline,
    )


def hold(profile_id, **fields):
    values = {
        "since": NOW,
        "stage": Stage.SIGN_IN,
        "kind": FailureKind.REPLY,
        "reply": "535 5.7.8 nö",
        "until": LATER,
        **fields,
    }
    return SmtpHold(profile_id=ProfileId(profile_id), **values)
