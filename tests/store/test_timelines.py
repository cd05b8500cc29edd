from dataclasses import fields
from datetime import UTC, datetime

from fakes.certificates import a_certificate
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureDetail,
    FailureKind,
    HttpReply,
    Party,
    RecipientRefused,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    SupportId,
    Timeline,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.store.conversation_json import timeline_from_json, timeline_to_json

TEXTS = st.text(st.characters(), max_size=20)  # lone surrogates and NUL too
NUMBERS = st.integers(-(2**60), 2**60)
TIMES = st.floats(allow_nan=False, allow_infinity=False)


def many(one):
    return st.lists(one, max_size=3).map(tuple)


REPLIES = st.builds(Reply, code=NUMBERS, enhanced_code=TEXTS, text=many(TEXTS), raw=st.binary(max_size=20))
HTTP_REPLIES = st.builds(
    HttpReply,
    code=NUMBERS,
    error_code=TEXTS,
    text=many(TEXTS),
    aadsts=many(NUMBERS),
    ids=many(st.builds(SupportId, name=TEXTS, value=TEXTS)),
    retry_after_s=st.none() | TIMES,
)
ANY_REPLY = st.none() | REPLIES | HTTP_REPLIES
MESSAGES = st.builds(MessageText, template=TEXTS, values=st.dictionaries(TEXTS, TEXTS | NUMBERS, max_size=3))
TIMESTAMPS = st.datetimes(timezones=st.just(UTC))
CHAINS = many(
    st.builds(
        Certificate,
        subject=TEXTS,
        issuer=TEXTS,
        fingerprint=TEXTS,
        valid_from=TIMESTAMPS,
        valid_until=TIMESTAMPS,
        names=many(TEXTS),
        self_signed=st.booleans(),
    )
)
FAILURES = st.builds(
    Failure,
    stage=st.sampled_from(Stage),
    kind=st.sampled_from(FailureKind),
    message=MESSAGES,
    reply=ANY_REPLY,
    certificate_fault=st.none() | st.sampled_from(CertificateFault),
    chain=CHAINS,
    detail=st.none() | st.sampled_from(FailureDetail),
)
SECURITIES = st.builds(
    Security,
    mode=st.sampled_from(TlsMode),
    version=TEXTS,
    chain=CHAINS,
)
STEPS = st.builds(
    Step,
    stage=st.sampled_from(Stage),
    status=st.sampled_from(StepStatus),
    detail=TEXTS,
    started_ms=TIMES,
    duration_ms=TIMES,
)
LINES = st.builds(TranscriptLine, party=st.sampled_from(Party), text=TEXTS, at_ms=TIMES)
TIMELINES = st.builds(
    Timeline,
    steps=many(STEPS),
    transcript=many(LINES),
    failure=st.none() | FAILURES,
    accepted=ANY_REPLY,
    security=st.none() | SECURITIES,
    refused=many(st.builds(RecipientRefused, recipient=TEXTS, reply=REPLIES)),
    in_doubt=many(TEXTS),
)
# A new field of the domain has to be stored as well, and added here.
KNOWN = {
    Timeline: {"steps", "transcript", "failure", "accepted", "security", "refused", "in_doubt"},
    Step: {"stage", "status", "detail", "started_ms", "duration_ms"},
    TranscriptLine: {"party", "text", "at_ms"},
    Failure: {"stage", "kind", "message", "reply", "certificate_fault", "chain", "detail"},
    Reply: {"code", "enhanced_code", "text", "raw"},
    HttpReply: {"code", "error_code", "text", "aadsts", "ids", "retry_after_s"},
    SupportId: {"name", "value"},
    Security: {"mode", "version", "chain"},
    # `der` is large and only needed while the user decides about it: it is not stored.
    Certificate: {"subject", "issuer", "fingerprint", "valid_from", "valid_until", "names", "self_signed", "der"},
    RecipientRefused: {"recipient", "reply"},
    MessageText: {"template", "values"},
}


@given(TIMELINES)
def test_a_timeline_comes_back_as_it_was(timeline):
    content = timeline_to_json(timeline)
    assert content.isascii()
    assert timeline_from_json(content) == timeline


def test_choices_come_back_as_choices():
    step = Step(stage=Stage.GREET, status=StepStatus.DONE)
    again = timeline_from_json(timeline_to_json(Timeline(steps=(step,)))).steps[0]
    assert (type(again.stage), type(again.status)) == (Stage, StepStatus)


def test_a_reply_without_text_is_still_a_reply():
    timeline = Timeline(steps=(), accepted=Reply(code=250))
    assert timeline_from_json(timeline_to_json(timeline)).accepted == Reply(code=250)


def test_a_certificates_last_day_keeps_its_zone():
    until = datetime(2027, 1, 1, 12, 30, 15, 7, tzinfo=UTC)
    security = Security(mode=TlsMode.IMPLICIT, version="TLSv1.3", chain=(a_certificate(valid_until=until),))
    again = timeline_from_json(timeline_to_json(Timeline(steps=(), security=security)))
    assert again.security.certificate_valid_until.utcoffset() == until.utcoffset()


def test_the_certificate_of_version_3_is_left_out():
    old = '{"steps":[],"security":["starttls","TLSv1.3",["mail.example"],"2027-01-01T00:00:00+00:00"]}'
    assert timeline_from_json(old).security == Security(mode=TlsMode.STARTTLS, version="TLSv1.3")


def test_no_field_is_forgotten():
    names = {kind: {field.name for field in fields(kind)} for kind in KNOWN}
    assert names == KNOWN
