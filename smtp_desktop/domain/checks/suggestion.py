"""Suggestions: settings that answered, and the confidence that they work."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.diagnosis.conversation import Failure, Security, Stage, Timeline, TlsMode
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import EnvelopeSender

SUGGESTED = ("from_address", "host_name", "smtp_port", "tls", "envelope_sender")
"""The fields that a suggestion may change, in the order of the form."""


class Confidence(StrEnum):
    """The confidence that a suggestion works."""

    SENDER_TAKEN = "sender_taken"  # signed in, and the server accepted the sender
    SIGNED_IN = "signed_in"
    ANSWERS = "answers"  # the server answers, and this SMTP does not sign in
    OFFERS_SIGN_IN = "offers_sign_in"  # the server answers; the password was not tried
    SIGN_IN_REFUSED = "sign_in_refused"  # the server answers, but refused this user name and password
    OTHER_HOST = "other_host"  # the password was entered for another host, so it was not tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One probe of a candidate; it signs in only with `with_password`. `timeline` is None while it runs."""

    candidate: Candidate
    with_password: bool = False
    timeline: Timeline | None = None

    @property
    def works(self) -> bool:
        """Whether it got as far as it was meant to."""
        return self.timeline is not None and self.timeline.ok

    @property
    def failure(self) -> Failure | None:
        return self.timeline.failure if self.timeline else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that a suggestion changes, by its name in snake case."""

    field: str
    before: str | bool | EnvelopeSender
    after: str | bool | EnvelopeSender


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Settings that answered. `refusal` is why the server refused the sign-in, where the password was tried."""

    candidate: Candidate
    changes: tuple[Change, ...]
    confidence: Confidence
    refusal: Failure | None = None

    @property
    def needs_password(self) -> bool:
        """Whether the password has to be entered again: the present one was entered for another host."""
        return self.confidence is Confidence.OTHER_HOST


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Every probe, in the order of preference, and the suggestions that came of them, the best first."""

    probes: tuple[Probe, ...]
    suggestions: tuple[Suggestion, ...]


def changes_of(before: ProfileDraft, after: ProfileDraft) -> tuple[Change, ...]:
    """Returns the fields that differ, in the order of the form."""
    return tuple(
        Change(field=name, before=getattr(before, name), after=getattr(after, name))
        for name in SUGGESTED
        if getattr(before, name) != getattr(after, name)
    )


def applied(suggestion: Suggestion, onto: ProfileDraft) -> ProfileDraft:
    """Returns `onto` with the changes of `suggestion`; host, port and TLS change together. A password that was typed
    for another host is dropped."""
    wanted = suggestion.candidate.draft
    draft = replace(onto, host_name=wanted.host_name, smtp_port=wanted.smtp_port, tls=wanted.tls)
    changed: dict[str, Any] = {change.field: change.after for change in suggestion.changes}
    draft = replace(draft, **changed)
    return draft if same_host(draft.host_name, onto.host_name) else replace(draft, password=None)


def probe_text(probe: Probe) -> MessageText:
    """Returns how a probe ended, in a sentence; while it runs, what it does."""
    timeline = probe.timeline
    if timeline is None:
        return msg("Signing in…") if probe.with_password else msg("Trying…")
    if timeline.failure:
        return timeline.failure.message
    stages = {step.stage for step in timeline.steps}
    if Stage.SENDER in stages:
        return msg("Signed in, and the sender was accepted. Nothing was sent.")
    if probe.with_password:
        return msg("Signed in.")
    return _answer_text(timeline.security, offers_sign_in=Stage.SIGN_IN in stages)


def _answer_text(security: Security | None, *, offers_sign_in: bool) -> MessageText:
    if security and security.mode is TlsMode.IMPLICIT:
        if offers_sign_in:
            return msg("Answers with TLS on connect ({version}) and offers sign-in.", version=security.version)
        return msg("Answers with TLS on connect ({version}).", version=security.version)
    version = security.version if security else ""
    if offers_sign_in:
        return msg("Answers with STARTTLS ({version}) and offers sign-in.", version=version)
    return msg("Answers with STARTTLS ({version}).", version=version)


def confidence_text(suggestion: Suggestion) -> MessageText:
    """Returns the confidence that `suggestion` works, as a sentence."""
    templates = {
        Confidence.SENDER_TAKEN: "Signed in with these settings, and the server accepted the sender.",
        Confidence.SIGNED_IN: "Signed in with these settings: they work.",
        Confidence.ANSWERS: "The server answers with these settings. Test it to see whether it accepts a message.",
        Confidence.OFFERS_SIGN_IN: "The server answers and offers sign-in; the password was not tried.",
        Confidence.OTHER_HOST: "The server answers and offers sign-in. The password was entered for another host, so "
        "it was not tried: enter it again for {host}.",
    }
    if suggestion.confidence is Confidence.SIGN_IN_REFUSED:
        said = str(suggestion.refusal.reply or suggestion.refusal.message) if suggestion.refusal else ""
        return msg(
            "The server answers, but it refused the sign-in: {said}. Check the user name and password, too.", said=said
        )
    return msg(templates[suggestion.confidence], host=suggestion.candidate.draft.host_name)
