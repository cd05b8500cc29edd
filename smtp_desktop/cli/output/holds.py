"""Holds of SMTPs in text and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smtp_desktop.cli.output.times import local_text, utc_text
from smtp_desktop.domain.delivery.hold_words import HoldWords, cause_of, hold_words
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileId, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.smtp import Hold

# What to do about a hold, in a terminal.
_ADVICE = {
    Cause.SIGN_IN_REFUSED: "Enter the right password (smtp-desktop smtp edit {name} --password-stdin)",
    Cause.SIGN_IN_ENDED: "Sign in again (smtp-desktop smtp sign-in {name})",
    Cause.SIGN_IN_DEMANDED: "Turn on sign-in (smtp-desktop smtp edit {name} --auth --user USER --password-stdin)",
    Cause.ACCOUNT_STOPPED: "Have the provider activate the account",
    Cause.RELAYING_REFUSED: "Turn on sign-in (--auth), or have the server's administrator let this computer relay",
    Cause.SENDER_REFUSED: "Use a sender address that the account may send from (smtp-desktop smtp edit {name} --from)",
    Cause.PERMISSION_MISSING: "Have the missing permission granted to the app or the account",
    Cause.SETTING: "Correct the setting that the reason names (smtp-desktop smtp edit {name})",
    Cause.CERTIFICATE: "Have the certificate fixed, or trust its CA (smtp-desktop smtp edit {name} --trust-ca FILE)",
    Cause.ENCRYPTION: "Check --port and --tls, or have the server's encryption fixed",
    Cause.PROTOCOL: "Check --host, --port and --tls",
    Cause.NETWORK_REFUSED: "Have this network's public address allowed at the server or removed from the block list",
    Cause.LIMIT: "Set limits below the provider's (smtp-desktop smtp edit {name} --per-hour N)",
    Cause.SERVER_BUSY: "This usually passes; if it does not, ask the server's administrator",
    Cause.SERVER_SILENT: "This usually passes; if it does not, check --host, --port and the firewall",
    Cause.SERVER_UNREACHABLE: "Check --host, --port and the network",
    Cause.HOST_UNKNOWN: "Check --host for typos",
    Cause.RECIPIENT_REFUSED: "Check the recipients of the waiting messages",
    Cause.MAIL_REFUSED: "Find out why the server refuses these messages",
    Cause.MAIL_TOO_LARGE: "Make the messages smaller",
}
# In the place of a password, where there is none.
_TOKEN_REFUSED = {
    True: "Sign in again (smtp-desktop smtp sign-in {name})",
    False: "Correct what the app signs in with (smtp-desktop smtp edit {name})",
}
_NO_CHECK_HELPS = frozenset({Cause.LIMIT, Cause.MAIL_REFUSED, Cause.RECIPIENT_REFUSED, Cause.MAIL_TOO_LARGE})


def hold_document(hold: SmtpHold | None) -> Hold | None:
    """Returns a hold for `--json`: `until` is null where only somebody ends it, `cause` where it was paused by hand."""
    if hold is None:
        return None
    return {
        "state": hold.state,
        "since": utc_text(hold.since),
        "until": utc_text(hold.until) if hold.until else None,
        "cause": hold.cause,
        "reply": hold.reply or None,
        "by_hand": hold.by_hand,
    }


def words_for(hold: SmtpHold) -> HoldWords:
    """Returns a hold in English words."""
    return hold_words(hold, now=datetime.now(UTC), translate=str)


def hold_reason(hold: SmtpHold) -> str | None:
    """Returns why an SMTP is on hold in two or three words; None where that is not known."""
    return words_for(hold).reason or None


def hold_line(hold: SmtpHold, profile: SmtpProfile) -> str:
    """Returns a hold on the SMTP on one line: since when, why, and what to do."""
    name = profile.name
    if hold.state is HoldState.LIMITED:
        until = f"until {local_text(hold.until)}" if hold.until else "for now"
        return f"{name} has reached its own limit; messages wait {until}."
    short = words_for(hold).reason
    why = ": ".join(one for one in (short[:1].lower() + short[1:], hold.reply.rstrip(".")) if one)
    reason = f" ({why})" if why and not hold.by_hand else ""
    return f"{name} {_state_text(hold)}{reason}. {_advice_text(hold, profile)}".rstrip()


def _state_text(hold: SmtpHold) -> str:
    if hold.by_hand:
        return f"has been paused manually since {local_text(hold.since)}"
    if hold.state is HoldState.HELD:
        return f"has been on hold since {local_text(hold.since)}"
    if hold.state is HoldState.PROBING:
        return "is trying one message after a pause"
    if hold.state is HoldState.SLOWED:
        return f"is slowed down to {hold.connections} connection{'' if hold.connections == 1 else 's'}"
    if hold.until:
        return f"is paused until {local_text(hold.until)}"
    return f"has been paused since {local_text(hold.since)}"


def _advice_text(hold: SmtpHold, profile: SmtpProfile) -> str:
    """Returns what to do about a hold in a terminal; empty where there is nothing."""
    name = profile.name
    if not hold.stops or hold.state is HoldState.PROBING:
        return ""
    resume = f"smtp-desktop smtp resume {name}"
    if hold.by_hand:
        return f"To resume, run: {resume}"
    if hold.state is not HoldState.HELD:
        return f"To send now, run: {resume}"
    cause = cause_of(hold)
    template = _ADVICE.get(cause, "Fix the settings") if cause else "Fix the settings"
    if cause is Cause.SIGN_IN_REFUSED and profile.needs_token:
        template = _TOKEN_REFUSED[profile.server.sign_in in INTERACTIVE]
    advice = template.format(name=name)
    then = resume if cause in _NO_CHECK_HELPS or hold.until is None else f"smtp-desktop smtp check {name}"
    return f"{advice}, then run: {then}"


def hold_lines(holds: Iterable[SmtpHold], profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns a line for each SMTP that messages wait for though they are due: why, and what to do."""
    of_id: Mapping[ProfileId, SmtpProfile] = {profile.id: profile for profile in profiles}
    delaying = [hold for hold in holds if hold.state is not HoldState.SLOWED and hold.profile_id in of_id]
    return [hold_line(hold, of_id[hold.profile_id]) for hold in delaying]
