"""The text of an alert: as a mail, and as the JSON document that a webhook gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from smtp_desktop.domain.checks.alert import Alert, AlertEvent
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.message_text import MessageText, msg

_MOST_LINES = 50
_MOST_IN_DOCUMENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWords:
    """An alert in words: `subject` is one line, `text` has one line for each SMTP and says from where it comes. Neither
    holds anything that a server said."""

    subject: str
    text: str


def alert_words(alerts: Sequence[Alert], *, computer: str, note: MessageText | None = None) -> AlertWords:
    """Returns one text about all `alerts`, of which there is at least one. `computer` is where the program runs;
    `note`, if there is one, stands at the end."""
    lines = [_line(alert) for alert in alerts[:_MOST_LINES]]
    if len(alerts) > _MOST_LINES:
        lines.append(str(msg("… and {n} more.", n=len(alerts) - _MOST_LINES)))
    if any(alert.event is AlertEvent.STOPPED for alert in alerts):
        lines += ["", str(msg("Messages for an SMTP that stopped working wait or go out through its backup."))]
    if note:
        lines += ["", str(note)]
    lines += ["", str(msg("SMTP Desktop on {computer}", computer=computer))]
    return AlertWords(subject=_subject(alerts), text="\n".join(lines))


def trial_words(*, computer: str) -> AlertWords:
    """Returns what a test alert says."""
    text = msg("This is a test alert. SMTP Desktop on {computer} sends alerts this way.", computer=computer)
    return AlertWords(subject=str(msg("SMTP Desktop: test alert")), text=str(text))


def alert_document(alerts: Sequence[Alert], words: AlertWords) -> dict[str, object]:
    """Returns the JSON document for a webhook, which the help describes (`resources/help/background.md`): that of the
    one alert; of several, or of none in a test, `smtp`, `cause` and `since` are null, and `smtps` has each."""
    each = [_fields(alert) for alert in alerts[:_MOST_IN_DOCUMENT]]
    first: dict[str, object] = each[0] if len(each) == 1 else {"smtp": None, "cause": None, "since": None}
    events = {alert.event.value for alert in alerts}
    event = "test" if not events else "several" if len(events) > 1 else min(events)
    return {**first, "event": event, "text": f"{words.subject}\n{words.text}", "smtps": each}


def _fields(alert: Alert) -> dict[str, object]:
    return {
        "event": alert.event.value,
        "smtp": alert.smtp_name,
        "cause": alert.cause.value if alert.cause else None,
        "since": f"{_utc(alert.since).isoformat(timespec='seconds')}Z",
    }


def _subject(alerts: Sequence[Alert]) -> str:
    stopped = sum(alert.event is AlertEvent.STOPPED for alert in alerts)
    works = len(alerts) - stopped
    if len(alerts) == 1:
        template = "SMTP Desktop: {name} stopped working" if stopped else "SMTP Desktop: {name} works again"
        return str(msg(template, name=alerts[0].smtp_name))
    if stopped and works:
        return str(
            msg("SMTP Desktop: {stopped} SMTPs stopped working, {works} work again", stopped=stopped, works=works)
        )
    template = "SMTP Desktop: {n} SMTPs stopped working" if stopped else "SMTP Desktop: {n} SMTPs work again"
    return str(msg(template, n=len(alerts)))


def _line(alert: Alert) -> str:
    since = f"{_utc(alert.since):%Y-%m-%d %H:%M} UTC"
    if alert.event is AlertEvent.WORKS:
        return str(msg("{name} works again since {since}.", name=alert.smtp_name, since=since))
    if alert.cause is None:
        return str(msg("{name} stopped working, {since}.", name=alert.smtp_name, since=since))
    clause = str(words_of(alert.cause).clause)
    return str(msg("{name} stopped working, {since}: {clause}.", name=alert.smtp_name, since=since, clause=clause))


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
