"""The words for who is signed in, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.profile import INTERACTIVE, SmtpProfile
from smtp_desktop.ui.cards.card import Card, Tone
from smtp_desktop.ui.widgets.message_text import day_text, one_line

_A_DAY = timedelta(days=1)


class SignInTone(StrEnum):
    """How a sign-in stands: the role of its mark in the style sheet."""

    NONE = "muted"
    GOOD = "good"
    WARN = "warning"
    BAD = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInWords:
    """The state of a sign-in: `title`, what to know of it, and the text of the button."""

    title: str
    more: str
    button: str
    tone: SignInTone
    signed_in: bool = True


def not_signed_in(*, by_code: bool = False) -> SignInWords:
    """Returns the words for an SMTP that nobody has signed in for."""
    return SignInWords(
        title=_tr("Not signed in yet"),
        more=_tr("shows a code for another device") if by_code else _tr("opens the browser"),
        button=_tr("Sign in…"),
        tone=SignInTone.NONE,
        signed_in=False,
    )


def unsaved_words(tokens: TokenSet, now: datetime) -> SignInWords:
    """Returns the words for a sign-in that the form holds, which is not saved yet."""
    return SignInWords(
        title=_title(tokens.account),
        more=_until(tokens.expires_at, now, renews=tokens.refresh_token is not None),
        button=_tr("Sign in again"),
        tone=SignInTone.GOOD,
    )


def kept_words() -> SignInWords:
    """Returns the words for a sign-in of which nothing but that is known."""
    return SignInWords(title=_tr("Signed in"), more="", button=_tr("Sign in again"), tone=SignInTone.GOOD)


def state_words(state: SignedIn, now: datetime) -> SignInWords:
    """Returns the words for the sign-in of a stored SMTP."""
    again = _tr("Sign in again")
    if state.ends_at and state.ends_at <= now:
        ended = _tr("ended at {time}").format(time=_moment(state.ends_at, now))
        return SignInWords(title=_tr("The sign-in has ended"), more=ended, button=again, tone=SignInTone.BAD)
    if state.problem:
        return SignInWords(
            title=_title(state.account),
            more=_tr("could not be renewed since {time}").format(time=_moment(state.valid_until, now)),
            button=again,
            tone=SignInTone.BAD,
        )
    more = _until(state.valid_until, now, renews=True)
    tone = SignInTone.GOOD
    if state.ends_at:
        more = _tr("{until}; sign in again by {time}").format(until=more, time=_moment(state.ends_at, now))
        tone = SignInTone.WARN if state.ends_at - now <= _A_DAY else SignInTone.GOOD
    return SignInWords(title=_title(state.account), more=more, button=again, tone=tone)


def sign_in_notice(profile: SmtpProfile, state: SignedIn | None, now: datetime) -> tuple[Tone, str] | None:
    """Returns what the card says of an SMTP whose user has to sign in; None where nobody has to."""
    if not profile.needs_token or profile.server.sign_in not in INTERACTIVE:
        return None
    if not profile.needed_secrets <= profile.secret_refs.keys():
        return Tone.WARN, _tr("Not signed in yet")
    ended = state is not None and (state.problem or (state.ends_at and state.ends_at <= now))
    return (Tone.BAD, _tr("Sign in again")) if ended else None


def with_sign_in(card: Card, state: SignedIn, now: datetime) -> Card:
    """Returns `card` with who is signed in, in its tool tip."""
    words = state_words(state, now)
    said = f"{words.title}, {words.more}"
    return replace(card, note=f"{card.note}\n{said}" if card.note else said)


def _title(account: str) -> str:
    return _tr("Signed in as {account}").format(account=one_line(account)) if account else _tr("Signed in")


def _until(moment: datetime, now: datetime, *, renews: bool) -> str:
    if renews and moment <= now:
        return _tr("renewed automatically with the next message")
    form = _tr("until {time}, renewed automatically") if renews else _tr("until {time}, not renewed automatically")
    return form.format(time=_moment(moment, now))


def _moment(moment: datetime, now: datetime) -> str:
    local = moment.astimezone()
    if local.date() == now.astimezone().date():
        return f"{local:%H:%M}"
    return _tr("{day}, {time}").format(day=day_text(local.date()), time=f"{local:%H:%M}")


def _tr(source: str) -> str:
    return QCoreApplication.translate("SignInState", source)
