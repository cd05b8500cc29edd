"""Suggestions: what they change, and their words."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.suggestion import (
    Confidence,
    Probe,
    Suggestion,
    applied,
    changes_of,
    confidence_text,
    probe_text,
)
from smtp_desktop.domain.diagnosis.conversation import Security, Stage, Step, StepStatus, Timeline, TlsMode
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft

DRAFT = ProfileDraft(
    name="Shop",
    host_name="relay.company.example",
    smtp_port="26",
    tls=False,
    user_name="shop@company.example",
    password=Secret("sesame"),
)


def suggestion(after, confidence=Confidence.SIGNED_IN):
    candidate = Candidate(draft=after, reason=msg("A reason."), same_host=after.password is not None)
    return Suggestion(candidate=candidate, changes=changes_of(DRAFT, after), confidence=confidence)


def test_changes_are_in_the_order_of_the_form():
    after = replace(DRAFT, tls=True, smtp_port="587", host_name="other.example", signature="not a matter of this")
    assert [change.field for change in changes_of(DRAFT, after)] == ["host_name", "smtp_port", "tls"]


def test_what_was_typed_meanwhile_stays():
    meanwhile = replace(DRAFT, signature="Yours", smtp_port="27", tls=True)
    after = applied(suggestion(replace(DRAFT, smtp_port="587", tls=True)), meanwhile)
    assert after == replace(meanwhile, smtp_port="587")


def test_host_port_and_tls_go_together():
    meanwhile = replace(DRAFT, host_name="typed-meanwhile.example", password=Secret("for that one"))
    after = applied(suggestion(replace(DRAFT, smtp_port="587", tls=True)), meanwhile)
    assert (after.host_name, after.smtp_port, after.tls) == ("relay.company.example", "587", True)
    assert after.password is None


def test_another_host_leaves_the_password_behind():
    moved = replace(DRAFT, host_name="smtp.hoster.example", password=None)
    after = applied(suggestion(moved, Confidence.OTHER_HOST), DRAFT)
    assert (after.host_name, after.password) == ("smtp.hoster.example", None)


@pytest.mark.parametrize("confidence", Confidence)
def test_every_confidence_has_its_words(confidence):
    assert "{" not in str(confidence_text(suggestion(DRAFT, confidence)))


@pytest.mark.parametrize(
    ("mode", "stages", "words"),
    [
        (TlsMode.STARTTLS, (Stage.GREET,), "Answers with STARTTLS (TLSv1.3)."),
        (TlsMode.IMPLICIT, (Stage.GREET,), "Answers with TLS on connect (TLSv1.3)."),
        (TlsMode.STARTTLS, (Stage.SIGN_IN,), "Answers with STARTTLS (TLSv1.3) and offers sign-in."),
        (TlsMode.IMPLICIT, (Stage.SIGN_IN,), "Answers with TLS on connect (TLSv1.3) and offers sign-in."),
        (TlsMode.STARTTLS, (Stage.SIGN_IN, Stage.SENDER), "Signed in, and the sender was accepted. Nothing was sent."),
    ],
)
def test_how_a_probe_ended_is_put_into_words(mode, stages, words):
    timeline = Timeline(
        steps=tuple(Step(stage=stage, status=StepStatus.DONE) for stage in stages),
        security=Security(mode=mode, version="TLSv1.3"),
    )
    probe = Probe(candidate=suggestion(DRAFT).candidate, timeline=timeline)
    assert str(probe_text(probe)) == words
    assert str(probe_text(replace(probe, timeline=None))) == "Trying…"
    assert str(probe_text(replace(probe, timeline=None, with_password=True))) == "Signing in…"
