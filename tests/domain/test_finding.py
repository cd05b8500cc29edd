"""What is made of what was found."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.checks.candidates import Candidate
from smtp_desktop.domain.checks.suggestion import (
    Confidence,
    Probe,
    Suggestion,
    applied,
    changes_of,
    confidence_in,
    told,
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


def suggestion(after, sureness=Confidence.SIGNED_IN):
    candidate = Candidate(draft=after, reason=msg("A reason."), same_host=after.password is not None)
    return Suggestion(candidate=candidate, changes=changes_of(DRAFT, after), sureness=sureness)


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


@pytest.mark.parametrize("sureness", Confidence)
def test_every_kind_of_surety_has_its_words(sureness):
    assert "{" not in str(confidence_in(suggestion(DRAFT, sureness)))


@pytest.mark.parametrize(
    ("mode", "stages", "words"),
    [
        (TlsMode.STARTTLS, (Stage.GREET,), "Answers with STARTTLS (TLSv1.3)."),
        (TlsMode.IMPLICIT, (Stage.GREET,), "Answers with TLS on connect (TLSv1.3)."),
        (TlsMode.STARTTLS, (Stage.SIGN_IN,), "Answers with STARTTLS (TLSv1.3) and offers to sign in."),
        (TlsMode.IMPLICIT, (Stage.SIGN_IN,), "Answers with TLS on connect (TLSv1.3) and offers to sign in."),
        (TlsMode.STARTTLS, (Stage.SIGN_IN, Stage.SENDER), "Signed in, and the sender was taken. Nothing was sent."),
    ],
)
def test_how_a_look_ended_is_told(mode, stages, words):
    timeline = Timeline(
        steps=tuple(Step(stage=stage, outcome=StepStatus.DONE) for stage in stages),
        security=Security(mode=mode, version="TLSv1.3"),
    )
    probe = Probe(candidate=suggestion(DRAFT).candidate, timeline=timeline)
    assert str(told(probe)) == words
    assert str(told(replace(probe, timeline=None))) == "Trying…"
    assert str(told(replace(probe, timeline=None, with_password=True))) == "Signing in…"
