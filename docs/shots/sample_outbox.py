"""Activities and mails in every state for the screenshots, without anything being sent."""

from datetime import UTC, datetime, timedelta

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryState, RecipientState
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Party,
    Reply,
    Stage,
    Step,
    StepStatus,
    Timeline,
)
from smtp_desktop.domain.diagnosis.conversation import TranscriptLine as Line
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.store.outbox.outbox import SqliteOutbox

COURIER = CourierId("screenshots")
NO_SUCH_USER = Reply(code=550, enhanced_code="5.1.1", text=("<jo@unknown.invalid>: user unknown",))
LATER = Reply(code=451, enhanced_code="4.7.1", text=("Try again in some minutes",))
MAILS = (
    ("Nightly_Report", {"day": "21 November", "rows": "4,711"}, DeliveryState.SENT),
    ("Ticket_Closed", {"id": "4820", "customer": "r.diaz@contoso.example"}, DeliveryState.SENT),
    ("Welcome", {"name": "Jo", "user": "jo@unknown.invalid"}, DeliveryState.REFUSED),
    ("Alert_High", {"line": "Line 3", "degrees": "81"}, DeliveryState.SENT),
    ("Invoice_Ready", {"number": "2291", "payer": "ap@fabrikam.example"}, DeliveryState.WAITING),
    ("Ticket_Closed", {"id": "4821", "customer": "m.lopez@contoso.example"}, DeliveryState.SENT),
    ("Nightly_Report", {"day": "22 November", "rows": "5,020"}, DeliveryState.SENT),
)


def fill(application: Application, profiles: list[SmtpProfile]) -> None:
    """Fills the outbox with mails of five activities: sent, by the backup too, refused, and one that waits."""
    ids = {profile.name: profile.id for profile in profiles}
    drafts = (
        ActivityDraft(
            name="Nightly_Report",
            smtp_id=ids["Corporate_Relay"],
            to="ops@northwind.example",
            subject="Nightly report for {{ day }}",
            text="Hello,\n\n{{ rows }} rows were loaded on {{ day }}.\n",
        ),
        ActivityDraft(
            name="Ticket_Closed", to="{{ customer }}", subject="Ticket {{ id }} is closed", text="It is done.\n"
        ),
        ActivityDraft(
            name="Invoice_Ready",
            smtp_id=ids["Invoices_Graph"],
            to="{{ payer }}",
            subject="Invoice {{ number }} is ready",
            text="Please find it in the portal.\n",
        ),
        ActivityDraft(
            name="Alert_High",
            smtp_id=ids["Alerts_Mail"],
            backup_id=ids["Corporate_Relay"],
            to="oncall@northwind.example",
            subject="{{ line }}: temperature high",
            text="{{ line }} is at {{ degrees }} degrees.\n",
        ),
        ActivityDraft(
            name="Welcome",
            to="{{ user }}",
            subject="Welcome, {{ name }}",
            text="Good to have you here.\n",
            html="<h2>Welcome, {{ name }}</h2><p>Good to have you <b>here</b>.</p>",
        ),
    )
    activities = {draft.name: application.services.activities.create(draft) for draft in drafts}
    store = SqliteOutbox(application.database)
    for number, (name, values, state) in enumerate(MAILS):
        application.services.outbox.trigger(activities[name].id, values)
        now = datetime.now(UTC)
        (mail,) = store.claim(COURIER, now=now, lease_ends_at=now + timedelta(hours=1), limit=10)
        store.finish(COURIER, {mail.id: _finished(mail, state, number, by_backup=name == "Alert_High")})


def _finished(mail: Delivery, state: DeliveryState, number: int, *, by_backup: bool) -> DeliveryUpdate:
    now = datetime.now(UTC)
    waits = state is DeliveryState.WAITING
    reply = {DeliveryState.REFUSED: NO_SUCH_USER, DeliveryState.WAITING: LATER}.get(state)
    smtp_name = "Invoices_Graph" if waits else "Corporate_Relay"
    return DeliveryUpdate(
        attempt=Attempt(
            number=1,
            started_at=now,
            smtp_name=smtp_name,
            by_backup=by_backup,
            state=state,
            timeline=_timeline(reply),
        ),
        state=state,
        recipients=tuple(
            RecipientState(address=one.address, state=state, reply=str(reply or "")) for one in mail.recipients
        ),
        next_try_at=now + timedelta(minutes=4, seconds=10) if waits else None,
        finished_at=None if waits else now + timedelta(milliseconds=number),
        may_be_twice=False,
    )


def _timeline(reply: Reply | None) -> Timeline:
    details = (
        (Stage.CONNECT, "IPv4"),
        (Stage.SECURE, "TLS 1.3 · STARTTLS"),
        (Stage.SIGN_IN, "PLAIN as relay-svc@northwind.example"),
        (Stage.SENDER, "no-reply@northwind.example"),
        (Stage.RECIPIENT, "jo@unknown.invalid" if reply is None else str(reply)),
    )
    steps = [
        Step(
            stage=stage,
            status=StepStatus.DONE,
            detail=detail,
            started_ms=20.0 * number,
            duration_ms=11.0 + 7 * number,
        )
        for number, (stage, detail) in enumerate(details)
    ]
    if reply is None:
        steps.append(Step(stage=Stage.CONTENT, status=StepStatus.DONE, detail="250 2.0.0 queued", duration_ms=31.0))
        return Timeline(steps=tuple(steps), accepted=Reply(code=250, enhanced_code="2.0.0", text=("queued",)))
    last = steps[-1]
    steps[-1] = Step(stage=last.stage, status=StepStatus.FAILED, detail=last.detail, duration_ms=11.0)
    failure = Failure(
        stage=Stage.RECIPIENT, kind=FailureKind.REPLY, message=msg("The server refused the recipient."), reply=reply
    )
    said = (Line(party=Party.SERVER, text=str(reply), at_ms=90.0),)
    return Timeline(steps=tuple(steps), failure=failure, transcript=said)
