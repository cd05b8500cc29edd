"""The words for a hold, the same wherever it is shown: card, panel, deliveries, command line."""

from dataclasses import dataclass
from datetime import datetime

from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.diagnosis.cause_words import words_of
from smtp_desktop.domain.diagnosis.kinds import Cause, Stage
from smtp_desktop.domain.message_text import MONTHS, MessageText, Translate, msg


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """The words for a kind of hold, without its cause: see `HoldWords`."""

    state: MessageText
    row: MessageText
    title: MessageText
    meaning: MessageText
    reason: MessageText  # in the place of a cause


def _forms(state: str, title: str, meaning: str, *, row: str = "", reason: str = "") -> _Forms:
    return _Forms(state=msg(state), row=msg(row or state), title=msg(title), meaning=msg(meaning), reason=msg(reason))


_BY_HAND = _forms(
    "Paused",
    "Paused manually since {since}",
    "Nothing is sent through it until you resume it. Messages wait or go out through their backup.",
    row="Paused manually",
    reason="Manually",
)
_PAUSED_MEANING = (
    "Messages wait or go out through their backup. After the pause a single message is tried; if it "
    "is sent, the others follow."
)
_LIMITED_MEANING = "Its limits are reached. The other messages wait."
# By state, and whether its end is still to come.
_FORMS = {
    (HoldState.HELD, True): _forms(
        "On hold",
        "On hold since {since}",
        "Messages wait or go out through their backup until a check succeeds or the settings change. The "
        "next automatic check is at {until}.",
    ),
    (HoldState.HELD, False): _forms(
        "On hold",
        "On hold since {since}",
        "Messages wait or go out through their backup until the settings change or you resume it.",
    ),
    (HoldState.PAUSED, True): _forms("Paused", "Paused until {until}", _PAUSED_MEANING, row="Next at {until}"),
    (HoldState.PAUSED, False): _forms("Paused", "Paused since {since}", _PAUSED_MEANING),
    (HoldState.LIMITED, True): _forms(
        "Limit",
        "Limit: next message at {until}",
        _LIMITED_MEANING,
        row="Next at {until} · Limit",
        reason="Next message at {until}",
    ),
    (HoldState.LIMITED, False): _forms("Limit", "Limit: the next message is due", _LIMITED_MEANING),
}
_PROBING = _forms(
    "Trying one message",
    "Trying one message after a pause",
    "If it is sent, the others follow. Until then they wait or go out through their backup.",
)
_SLOWED_MEANING = "Messages are sent over fewer connections than usual, because the server refused more."
_SLOWED = _forms("Slowed", "Slowed to {connections} connections", _SLOWED_MEANING)
_SLOWED_TO_ONE = _forms("Slowed", "Slowed to 1 connection", _SLOWED_MEANING)
_BY_STAGE = {
    Stage.SECURE: Cause.ENCRYPTION,
    Stage.SIGN_IN: Cause.SIGN_IN_REFUSED,
    Stage.TOKEN: Cause.SIGN_IN_REFUSED,
}
_ADVICE = {
    Cause.SIGN_IN_REFUSED: msg("Correct the user name or password, or sign in again; then check the connection."),
    Cause.SIGN_IN_ENDED: msg("Sign in again; sending then continues automatically."),
    Cause.SIGN_IN_DEMANDED: msg("Turn on authentication, and enter a user name and password."),
    Cause.ACCOUNT_STOPPED: msg("Have the provider activate the account, then check the connection."),
    Cause.RELAYING_REFUSED: msg("Turn on authentication, or ask the server's administrator to allow relaying."),
    Cause.SENDER_REFUSED: msg(
        "Use a From address that the account may send from, or have the provider allow this one."
    ),
    Cause.PERMISSION_MISSING: msg("Have the permission granted to the app or the account, then check the connection."),
    Cause.SETTING: msg("Correct the setting that the reason names."),
    Cause.CERTIFICATE: msg("Have the server's certificate fixed, or trust its CA for this SMTP."),
    Cause.ENCRYPTION: msg("Check the port and TLS setting, or have the server's encryption fixed."),
    Cause.PROTOCOL: msg("Check the host name, port and TLS setting."),
    Cause.NETWORK_REFUSED: msg(
        "Have this network's public IP address allowed by the server, or removed from the block list."
    ),
    Cause.LIMIT: msg("Set limits below the provider's, or have its limit raised."),
    Cause.SERVER_BUSY: msg("This usually passes. If it doesn't, ask the server's administrator."),
    Cause.SERVER_SILENT: msg("This usually passes. If it doesn't, check the host name, port and firewall."),
    Cause.SERVER_UNREACHABLE: msg("Check the host name, port and network."),
    Cause.HOST_UNKNOWN: msg("Check the host name."),
    Cause.RECIPIENT_REFUSED: msg("Check the recipients of the waiting messages, then resume sending."),
    Cause.MAIL_REFUSED: msg("Find out why the server refuses these messages, then resume sending."),
    Cause.MAIL_TOO_LARGE: msg("Make the messages smaller, then resume sending."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWords:
    """A hold in words. `state` is the shortest ("On hold"), `reason` says why in two or three words ("Sign-in
    refused"; "Next mail at 14:32" for a limit; "" where that is not known). `row` is for a table: the state or the time
    at which mails go on, with the reason. `title` is a sentence without its full stop, and `short_title`
    the same without the reason; `meaning` says what becomes of
    the mails, `advice` what to do ("" where there is nothing)."""

    state: str
    reason: str
    row: str
    title: str
    short_title: str
    meaning: str
    advice: str


def hold_words(hold: SmtpHold, *, now: datetime, translate: Translate) -> HoldWords:
    """Returns the words for `hold`, with local times, and with the day where that is not today's."""
    forms, cause = _forms_of(hold, now), cause_of(hold)
    values: dict[str, str | int] = {
        "since": moment_text(hold.since, now),
        "until": moment_text(hold.until, now) if hold.until else "",
        "connections": hold.connections,
    }

    def filled(text: MessageText) -> str:
        return translate(MessageText(template=text.template, values=values))

    if cause is None or hold.by_hand or hold.state is HoldState.LIMITED:
        reason = filled(forms.reason)
        row, title, advice = filled(forms.row), filled(forms.title), None
    else:
        words, advice = words_of(cause), _ADVICE.get(cause)
        reason = translate(words.short)
        row = translate(msg("{hold} · {reason}", hold=filled(forms.row), reason=reason))
        title = translate(msg("{hold}: {reason}", hold=filled(forms.title), reason=translate(words.clause)))
    return HoldWords(
        state=translate(forms.state),
        reason=reason,
        row=row,
        title=title,
        short_title=filled(forms.title),
        meaning=filled(forms.meaning),
        advice=translate(advice) if advice else "",
    )


def _forms_of(hold: SmtpHold, now: datetime) -> _Forms:
    if hold.by_hand:
        return _BY_HAND
    if hold.state is HoldState.PROBING:
        return _PROBING
    if hold.state is HoldState.SLOWED:
        return _SLOWED_TO_ONE if hold.connections == 1 else _SLOWED
    return _FORMS[hold.state, hold.until is not None and hold.until > now]


def cause_of(hold: SmtpHold) -> Cause | None:
    """Returns why an SMTP is held, as far as is known."""
    # A hold that an older version left has none.
    return hold.cause or (_BY_STAGE.get(hold.stage) if hold.stage else None)


def moment_text(at: datetime, now: datetime) -> str:
    """Returns a local time, as "14:05", and with its day where that is not today: "3 Feb 14:05"."""
    local = at.astimezone()
    if local.date() == now.astimezone().date():
        return f"{local:%H:%M}"
    return f"{local.day} {MONTHS[local.month - 1]} {local:%H:%M}"
