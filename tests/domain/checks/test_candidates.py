"""Candidates: what is tried after a failure."""

from dataclasses import replace

import pytest
from fakes.certificates import a_certificate
from fakes.known_providers import PROVIDERS
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.checks.candidates import MAX_CANDIDATES, SUBMISSION_PORTS, candidates_after, may_be_found
from smtp_desktop.domain.checks.check_detail import TriedServer
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, HttpReply, Reply, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.mail.address import ascii_host
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import EnvelopeSender, ProfileType

DRAFT = ProfileDraft(
    name="Shop",
    host_name="relay.company.example",
    smtp_port="26",
    user_name="shop@company.example",
    password=Secret("sesame"),
)


def failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, code=None, **more):
    reply = Reply(code=code) if code else None
    kind = FailureKind.REPLY if code else kind
    return Failure(stage=stage, kind=kind, message=msg("It failed."), reply=reply, **more)


NOT_FOUND = failure(Stage.FIND_HOST, FailureKind.HOST_NOT_FOUND)


def after(draft, failed, working=None):
    cause = cause_by_standard(failed)
    return candidates_after(draft, failed, cause, providers=PROVIDERS, ports=SUBMISSION_PORTS, working=working)


def endpoints(draft, failed):
    return [(one.draft.host_name, int(one.draft.smtp_port)) for one in after(draft, failed)]


def test_other_ports_of_the_same_server_come_first_and_25_and_2525_last():
    tried = endpoints(DRAFT, failure(Stage.SECURE, FailureKind.STARTTLS_MISSING))
    assert tried == [("relay.company.example", port) for port in (587, 465, 25, 2525)]


def test_what_failed_is_not_tried_again():
    assert ("relay.company.example", 587) not in endpoints(replace(DRAFT, smtp_port=" 587 "), failure())


def test_the_server_that_worked_the_last_time_comes_first_and_once():
    working = TriedServer(host_name="old.company.example", smtp_port=2620, tls=True)
    deaf = failure(Stage.SECURE, FailureKind.STARTTLS_MISSING)
    first, *others = after(DRAFT, deaf, working)
    assert (first.draft.host_name, first.draft.smtp_port, first.draft.tls) == ("old.company.example", "2620", True)
    assert first.draft.password is None  # which was entered for another host
    assert tuple(others) == after(DRAFT, deaf)
    usual = after(DRAFT, deaf, replace(working, host_name=DRAFT.host_name, smtp_port=465))
    assert [int(one.draft.smtp_port) for one in usual] == [465, 587, 25, 2525]


@pytest.mark.parametrize("changes", [{"tls": False}, {"smtp_port": 26}])
def test_what_worked_the_last_time_is_not_tried_unencrypted_or_again(changes):
    working = replace(TriedServer(host_name=DRAFT.host_name, smtp_port=2620, tls=True), **changes)
    assert after(DRAFT, failure(), working) == after(DRAFT, failure())


def test_with_tls_off_the_same_port_encrypted_comes_first():
    tried = after(replace(DRAFT, tls=False), failure(Stage.GREET, code=530))
    assert tried[0].draft.smtp_port == "26"
    assert tried[0].draft.tls
    assert all(one.draft.tls for one in tried)


@pytest.mark.parametrize("code", [530, 538])
def test_a_server_that_wants_encryption_first_is_asked_with_it(code):
    unencrypted = replace(DRAFT, tls=False)
    assert endpoints(unencrypted, failure(Stage.SIGN_IN, code=code))[0] == ("relay.company.example", 26)
    assert after(DRAFT, failure(Stage.SIGN_IN, code=code)) == ()


def test_a_host_that_does_not_exist_is_not_tried_on_other_ports():
    tried = endpoints(replace(DRAFT, host_name="smtp.comapny.example"), NOT_FOUND)
    likely = ("mail.comapny.example", "smtp.company.example", "mail.company.example")
    assert tried == [(host, port) for host in likely for port in (587, 465)]
    assert endpoints(replace(DRAFT, host_name="smtp.gmail.com", user_name="a@gmail.com"), NOT_FOUND) == []


def test_a_domain_that_was_typed_as_the_host_leads_to_its_mail_servers():
    tried = endpoints(replace(DRAFT, host_name="company.example"), NOT_FOUND)
    assert tried == [(host, port) for host in ("smtp.company.example", "mail.company.example") for port in (587, 465)]


def test_an_intranet_name_or_an_ip_address_is_no_domain_to_guess_from():
    for host in ("relay", "192.0.2.7", "2001:db8::7"):
        named = {name for name, _ in endpoints(replace(DRAFT, host_name=host, user_name="boss"), failure())}
        assert named == {host}


def test_a_providers_other_names_lead_to_its_server_for_sending():
    tried = after(replace(DRAFT, host_name="imap.gmail.com", smtp_port="993"), failure(Stage.GREET))
    gmail = [one for one in tried if one.draft.host_name == "smtp.gmail.com"]
    assert [one.draft.smtp_port for one in gmail] == ["465", "587"]
    assert "app password" in str(gmail[0].notes[0])
    assert not gmail[0].same_host


def test_the_user_names_domain_leads_to_its_provider():
    draft = replace(DRAFT, host_name="smtp.gmial.com", user_name="boss@gmail.com", from_address="me@web.de")
    tried = endpoints(draft, NOT_FOUND)
    assert tried[:4] == [("smtp.gmail.com", 465), ("smtp.gmail.com", 587), ("smtp.web.de", 465), ("smtp.web.de", 587)]
    assert not {"mail.gmail.com", "mail.web.de"} & {host for host, _ in tried}


def test_what_a_provider_wants_as_user_name_is_noted():
    tried = after(replace(DRAFT, host_name="sendgrid.net", user_name="apikey"), failure())
    sendgrid = next(one for one in tried if one.draft.host_name == "smtp.sendgrid.net")
    assert [str(note) for note in sendgrid.notes] == [
        "For SendGrid, the user name is the word apikey and the password is an API key."
    ]


def test_a_providers_regional_server_keeps_its_name():
    draft = replace(DRAFT, host_name="email-smtp.eu-west-1.amazonaws.com")
    assert {host for host, _ in endpoints(draft, failure(Stage.GREET))} == {draft.host_name}
    assert (draft.host_name, 2587) in endpoints(draft, failure(Stage.GREET))


def test_without_sign_in_no_provider_is_suggested():
    draft = replace(DRAFT, auth_required=False, host_name="imap.gmail.com", from_address="me@gmail.com")
    assert {host for host, _ in endpoints(draft, failure(Stage.GREET))} == {"imap.gmail.com"}


def test_the_names_in_a_certificate_for_another_host_are_tried():
    names = ("*.hoster.example", "RELAY.company.example", "mail.hoster.example", "not a host", "smtp.hoster.example")
    wrong = failure(
        Stage.SECURE,
        FailureKind.CERTIFICATE,
        certificate_fault=CertificateFault.WRONG_HOST,
        chain=(a_certificate(*names),),
    )
    assert ("mail.hoster.example", 26) in endpoints(DRAFT, wrong)
    named = {"mail.hoster.example", "smtp.hoster.example"}
    assert {host for host, _ in endpoints(DRAFT, wrong)} == {"relay.company.example"} | named


def test_another_host_gets_neither_the_password_nor_the_trust_in_one_certificate():
    trusting = replace(DRAFT, host_name="imap.gmail.com", trusted_ca_pem="pem", trusted_fingerprint="ab")
    for one in after(trusting, failure()):
        moved = one.draft
        kept = (moved.password, moved.trusted_fingerprint)
        assert kept == ((DRAFT.password, "ab") if one.same_host else (None, ""))
        assert moved.trusted_ca_pem == "pem"


REFUSED_SENDER = failure(Stage.SENDER, code=553)


def test_a_refused_envelope_sender_is_tried_with_the_from_address():
    (only,) = after(replace(DRAFT, from_address="info@own.example"), REFUSED_SENDER)
    assert only.draft == replace(DRAFT, from_address="info@own.example", envelope_sender=EnvelopeSender.FROM)


def test_a_refused_from_address_is_tried_with_the_user_name():
    draft = replace(DRAFT, from_address="Ann <ann@own.example>", envelope_sender=EnvelopeSender.FROM)
    (only,) = after(draft, REFUSED_SENDER)
    assert only.draft == replace(draft, from_address='"Ann" <shop@company.example>')
    assert only.same_host


@pytest.mark.parametrize(
    "changes",
    [
        {"from_address": ""},
        {"from_address": "SHOP@company.example"},
        {"user_name": "apikey", "from_address": "ann@own.example"},
        {"auth_required": False, "from_address": "ann@own.example"},
    ],
)
def test_without_another_address_there_is_nothing_to_find(changes):
    draft = replace(DRAFT, **changes)
    assert after(draft, REFUSED_SENDER) == ()
    assert not may_be_found(draft, REFUSED_SENDER, Cause.SENDER_REFUSED)


@pytest.mark.parametrize(
    "failed",
    [
        failure(Stage.SIGN_IN, code=535),
        failure(Stage.RECIPIENT, code=550),
        failure(Stage.CONTENT, code=554),
        failure(Stage.SENDER, code=451),
        failure(Stage.SENDER, code=530),
        failure(Stage.SENDER, FailureKind.SMTPUTF8_MISSING),
        failure(Stage.CONNECT, FailureKind.CANCELLED),
        # After an alarm nothing else is to be tried there.
        replace(failure(Stage.SECURE, FailureKind.CERTIFICATE), certificate_fault=CertificateFault.CHANGED),
    ],
)
def test_for_other_failures_no_other_settings_help(failed):
    draft = replace(DRAFT, from_address="ann@own.example")
    assert not may_be_found(draft, failed, cause_by_standard(failed))
    assert after(draft, failed) == ()


def test_for_a_mailbox_of_microsoft_graph_there_is_nothing_to_find():
    graph = replace(DRAFT, type=ProfileType.GRAPH)
    failed = Failure(stage=Stage.CONNECT, kind=FailureKind.UNREACHABLE, message=msg("No."), reply=HttpReply(code=503))
    assert not may_be_found(graph, failed, cause_by_standard(failed))


@pytest.mark.parametrize("stage", [Stage.FIND_HOST, Stage.CONNECT, Stage.SECURE, Stage.GREET])
def test_for_failures_of_host_port_and_tls_there_is_much_to_find(stage):
    assert may_be_found(DRAFT, failure(stage), Cause.SERVER_UNREACHABLE)
    assert after(DRAFT, failure(stage))


def test_a_port_without_sign_in_leads_to_others():
    assert endpoints(DRAFT, failure(Stage.SIGN_IN, FailureKind.AUTH_MISSING))[0] == ("relay.company.example", 587)


HOSTS = st.sampled_from(
    [
        *("smtp.company.example", "Company.Example", "relay", "192.0.2.1", "2001:db8::1", "imap.gmail.com", "no host"),
        *("email-smtp.us-east-1.amazonaws.com", "smtp.faß.example", "mail.gmx.de", "smtp.web.de", ""),
    ]
)
ADDRESSES = st.sampled_from(
    ["", "apikey", "a@gmail.com", "b@company.example", "c@web.de", "d@[192.0.2.1]", "e@straße.example"]
)
DRAFTS = st.builds(
    replace,
    st.just(DRAFT),
    host_name=HOSTS,
    smtp_port=st.sampled_from(["25", "465", "587", " 2525", "26", "x", ""]),
    tls=st.booleans(),
    auth_required=st.booleans(),
    user_name=ADDRESSES,
    from_address=ADDRESSES,
    envelope_sender=st.sampled_from(EnvelopeSender),
)
FAILURES = st.builds(
    failure,
    st.sampled_from(Stage),
    st.sampled_from(FailureKind),
    st.none() | st.sampled_from([421, 451, 530, 535, 538, 550, 553, 554]),
    chain=st.sampled_from([(), (a_certificate("*.a.example", "b.example", "c.example"),)]),
)


def key(draft):
    try:
        host = ascii_host(draft.host_name)
    except ValueError:
        host = draft.host_name
    return host, draft.smtp_port.strip(), draft.tls, draft.from_address, draft.envelope_sender


@given(DRAFTS, FAILURES)
def test_whatever_failed_candidates_are_few_different_encrypted_and_new(draft, failed):
    found = after(draft, failed)
    assert len(found) <= MAX_CANDIDATES
    keys = [key(one.draft) for one in found]
    assert len(set(keys)) == len(keys)
    assert key(draft) not in keys
    for one in found:
        if key(one.draft)[:3] == key(draft)[:3]:
            # The same server: only the sender is another one.
            assert failed.stage is Stage.SENDER
            continue
        assert one.draft.tls
        assert one.same_host == same_host(one.draft.host_name, draft.host_name)
        assert one.same_host or one.draft.password is None
        assert not {error.field for error in field_errors(one.draft, None)} & {"smtp_port"}
