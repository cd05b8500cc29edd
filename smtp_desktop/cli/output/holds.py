"""Holds of SMTPs in text and JSON."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from smtp_desktop.domain.delivery.hold_words import HoldWords, hold_words, moment_text
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


def hold_document(hold: SmtpHold | None) -> dict[str, object] | None:
    """Returns a hold for `--json`: `until` is null where only somebody ends it, `cause` where it was paused by hand."""
    if hold is None:
        return None
    return {
        "state": hold.state.value,
        "since": _utc(hold.since),
        "until": _utc(hold.until) if hold.until else None,
        "cause": hold.cause.value if hold.cause else None,
        "reply": hold.reply or None,
        "by_hand": hold.by_hand,
    }


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def words_for(hold: SmtpHold) -> HoldWords:
    """Returns a hold in English words."""
    return hold_words(hold, now=datetime.now(UTC), translate=str)


def hold_text(hold: SmtpHold, name: str) -> str:
    """Returns all that is to be said about the hold on the SMTP of that name, a sentence or two a line."""
    words = words_for(hold)
    said = f"The server said: {hold.reply}" if hold.reply else ""
    lines = (f"{words.title}.", words.meaning, said, words.advice, _command(hold, name))
    return "\n".join(line for line in lines if line)


def _command(hold: SmtpHold, name: str) -> str:
    if hold.state is HoldState.HELD and hold.until:
        return f"Then run: smtp-desktop smtp check {name}"
    return f"To go on at once, run: smtp-desktop smtp resume {name}" if hold.stops else ""


def hold_lines(holds: Iterable[SmtpHold], profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns a line for each SMTP that messages wait for though they are due: why, and what to do."""
    names: Mapping[ProfileId, str] = {profile.id: profile.name for profile in profiles}
    delaying = [hold for hold in holds if hold.state is not HoldState.SLOWED and hold.profile_id in names]
    return [_line(hold, names[hold.profile_id]) for hold in delaying]


def _line(hold: SmtpHold, name: str) -> str:
    now = datetime.now(UTC)
    if hold.state is HoldState.LIMITED:
        at = moment_text(hold.until, now) if hold.until else "once there is room"
        return f"{name} has reached its sending limit. Next message: {at}."
    since = moment_text(hold.since, now)
    if hold.by_hand:
        return f"{name} is paused by hand since {since}. To resume it, run: smtp-desktop smtp resume {name}"
    reply = " ".join(hold.reply.split())
    reason = f" ({reply})" if reply else f" ({words_for(hold).reason.lower()})" if words_for(hold).reason else ""
    if hold.state is HoldState.HELD:
        command = "check" if hold.until else "resume"
        return (
            f"{name} is on hold since {since}{reason}. Fix the settings, then run: smtp-desktop smtp {command} {name}"
        )
    until = f"until {moment_text(hold.until, now)}" if hold.until else f"since {since}"
    return f"{name} is paused {until}{reason}. To resume it now, run: smtp-desktop smtp resume {name}"
