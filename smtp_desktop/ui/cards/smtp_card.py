"""The card of one SMTP: what stands on it."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.smtp.completeness import missing_fields, needs_words
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.ui.cards.card import BARS, Card, Tone
from smtp_desktop.ui.cards.smtp_words import (
    age_text,
    before_change,
    chips,
    endpoint_text,
    failure_word,
    success_status,
    with_notices,
    worked,
)
from smtp_desktop.ui.widgets.message_text import shown


def smtp_card(
    profile: SmtpProfile,
    results: Sequence[CheckResult],
    notices: Sequence[tuple[Tone, str]],
    *,
    busy: bool,
    paused: bool,
    now: datetime,
) -> Card:
    """Returns the card of an SMTP that has no hold.

    `results` are of its latest tests and checks, oldest first; `notices` say what ends soon, the soonest first. `busy`:
    it is being tried; `paused`: its automatic checks are paused.
    """
    results = results[-BARS:]
    last = results[-1] if results else None
    slowest = max((result.duration_ms for result in results), default=0.0) or 1.0
    tone, status, note = with_notices(*smtp_status(profile, last, busy=busy, now=now), notices)
    if paused:
        pause = _tr("Automatic checks are paused: the sign-in was refused")
        note = f"{note}\n{pause}" if note else pause
    if last and not last.is_of(profile) and not busy:
        found = before_change(last, age_text(now, last.at))[1]
        note = f"{found}\n{note}" if note else found
    return Card(
        name=profile.name,
        is_default=profile.is_default,
        lead=profile.from_address or profile.server.user_name,
        detail=endpoint_text(profile),
        chips=chips(profile),
        tone=tone,
        status=status,
        bars=tuple((worked(result), result.duration_ms / slowest) for result in results),
        note=note,
    )


def smtp_status(profile: SmtpProfile, last: CheckResult | None, *, busy: bool, now: datetime) -> tuple[Tone, str]:
    """Returns tone and status by the `last` result alone."""
    if busy:
        return Tone.NONE, _tr("Trying…")
    if missing := missing_fields(profile):
        return Tone.WARN, shown(needs_words(missing[0]))
    if last is None:
        return Tone.NONE, _tr("Never tested")
    age = age_text(now, last.at)
    if not last.is_of(profile):
        return Tone.NONE, before_change(last, age)[0]
    if not last.ok:
        return Tone.WARN if worked(last) is None else Tone.BAD, f"{failure_word(last)} · {age}"
    return success_status(last, age)


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)
