"""Waits, drops, cancels: what happens when the way to Microsoft is bad."""

import threading
from dataclasses import replace

import pytest
from graph_hand import Hand, a_mail, failure_of, outcomes, reply_of
from servers.certificates import Authority
from servers.https_calls import Answer, Call, Drop, Half, Hang
from servers.listening import Listener
from servers.microsoft import Microsoft, microsoft

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage, Step, StepStatus

_PATIENCE_S = 30
BUSY = Answer(status=429, headers={"Retry-After": "1"}, error=("ApplicationThrottled", "Too many at once."))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(hand: Hand, status: int) -> None:
    hand.servers.graph.answer_next("/sendMail", replace(BUSY, status=status))
    timeline = hand.converse(a_mail())
    assert timeline.failure is None
    first, second = hand.servers.graph.calls_to("/sendMail")
    assert second.at_s - first.at_s >= 1.0
    assert len(hand.servers.graph.sent) == 1
    assert any("wait 1 s" in line.text for line in timeline.transcript)


def test_entra_id_s_retry_after_is_obeyed(hand: Hand) -> None:
    hand.servers.entra.answer_next("/token", Answer(status=429, headers={"Retry-After": "1"}, json={"error": "busy"}))
    assert hand.converse().failure is None
    first, second = hand.servers.entra.calls_to("/token")
    assert second.at_s - first.at_s >= 1.0


@pytest.mark.parametrize("told", ["3600", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_who_asks_for_longer_than_a_person_waits_is_told(hand: Hand, told: str) -> None:
    hand.servers.graph.answer_next("/sendMail", replace(BUSY, headers={"Retry-After": told}))
    reply = reply_of(hand.converse(a_mail()))
    assert (reply.code, reply.temporary) == (429, True)
    assert reply.retry_after_s is not None
    assert reply.retry_after_s >= 3600
    assert len(hand.servers.graph.calls_to("/sendMail")) == 1


@pytest.mark.parametrize("told", ["", "soon", "-1", "١"])
def test_without_a_time_nothing_is_sent_again(hand: Hand, told: str) -> None:
    answer = replace(BUSY, headers={"Retry-After": told.encode().decode("latin-1")} if told else {})
    hand.servers.graph.answer_next("/sendMail", answer)
    assert reply_of(hand.converse(a_mail())).retry_after_s is None
    assert len(hand.servers.graph.calls_to("/sendMail")) == 1


def test_waiting_ends_after_some_tries(hand: Hand) -> None:
    again = replace(BUSY, headers={"Retry-After": "0"})
    hand.servers.graph.answer_next("/sendMail", *[again] * 9)
    assert reply_of(hand.converse(a_mail())).code == 429
    assert len(hand.servers.graph.calls_to("/sendMail")) == 4


def test_a_token_that_ends_midway_is_renewed_once(hand: Hand) -> None:
    hand.servers.graph.answer_next("/sendMail", lambda call: hand.servers.entra.revoke_all())
    timeline = hand.converse(a_mail())
    assert timeline.failure is None
    assert len(hand.servers.entra.token_calls) == 2
    first, second = hand.servers.graph.calls_to("/sendMail")
    assert first.headers["Authorization"] != second.headers["Authorization"]
    assert len(hand.servers.graph.sent) == 1


def test_a_token_that_is_never_taken_ends_the_conversation(hand: Hand) -> None:
    no = Answer(status=401, error=("InvalidAuthenticationToken", "Access token validation failure."))
    hand.servers.graph.answer_next("/sendMail", *[no] * 9)
    reply = reply_of(hand.converse(a_mail()))
    assert (reply.code, reply.error_code) == (401, "InvalidAuthenticationToken")
    assert len(hand.servers.graph.calls_to("/sendMail")) == 2
    assert len(hand.servers.entra.token_calls) == 2


@pytest.mark.parametrize("cut", [Drop(after_work=True), Drop(after_work=True, reset=True), Drop()])
def test_a_drop_after_the_request_leaves_the_outcome_unknown(hand: Hand, cut: Drop) -> None:
    hand.servers.graph.answer_next("/sendMail", cut)
    timeline = hand.converse(a_mail())
    assert failure_of(timeline).kind is FailureKind.OUTCOME_UNKNOWN
    assert outcomes(timeline)[Stage.SEND] is StepStatus.UNKNOWN
    assert len(hand.servers.graph.calls_to("/sendMail")) == 1, "sent twice"


def test_an_answer_cut_in_the_middle_leaves_the_outcome_unknown(hand: Hand) -> None:
    hand.servers.graph.answer_next("/sendMail", Half(answer=Answer(status=500, error=("Oops", "x" * 200))))
    assert failure_of(hand.converse(a_mail())).kind is FailureKind.OUTCOME_UNKNOWN


def test_a_drop_before_the_mail_went_out_is_a_failure(hand: Hand) -> None:
    # While the mailbox is looked at nothing of the mail is on its way yet.
    hand.servers.graph.drop_next("/mailFolders")
    timeline = hand.converse(a_mail())
    assert failure_of(timeline).kind is FailureKind.CLOSED
    assert outcomes(timeline)[Stage.MAILBOX] is StepStatus.FAILED


@pytest.mark.parametrize("path", ["openid-configuration", "userrealm", "/token"])
def test_a_drop_by_entra_id_is_a_failure(hand: Hand, path: str) -> None:
    hand.servers.entra.drop_next(path)
    failure = failure_of(hand.converse(a_mail()))
    assert (failure.kind, failure.stage) == (FailureKind.CLOSED, Stage.TOKEN)


def _cancel_when_silent(server: Listener, cancel: Cancel) -> threading.Thread:
    """Cancels once `server` has a request that it does not answer, and at last when nothing of the kind has come."""

    def run() -> None:
        server.silent.wait(_PATIENCE_S)
        cancel.request()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_cancel_ends_a_wait_for_entra_id(hand: Hand) -> None:
    hand.servers.entra.answer_next("/token", Hang())
    cancel = Cancel()
    waiting = _cancel_when_silent(hand.servers.entra, cancel)
    failure = failure_of(hand.converse(a_mail(), cancel=cancel))
    waiting.join(_PATIENCE_S)
    assert hand.servers.entra.silent.is_set()
    assert (failure.kind, failure.stage) == (FailureKind.CANCELLED, Stage.TOKEN)


def test_a_cancel_while_graph_has_the_mail_leaves_the_outcome_unknown(hand: Hand) -> None:
    hand.servers.graph.answer_next("/sendMail", Hang(after_work=True))
    cancel = Cancel()
    waiting = _cancel_when_silent(hand.servers.graph, cancel)
    failure = failure_of(hand.converse(a_mail(), cancel=cancel))
    waiting.join(_PATIENCE_S)
    assert hand.servers.graph.silent.is_set()
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN
    assert len(hand.servers.graph.sent) == 1


def test_a_cancel_ends_a_pause(hand: Hand) -> None:
    hand.servers.graph.answer_next("/sendMail", replace(BUSY, headers={"Retry-After": "59"}))
    cancel = Cancel()

    def stop(call: Call) -> None:
        # It is heard of while the answer is on its way, or in the pause.
        cancel.request()

    hand.servers.graph.answer_next("/mailFolders", stop)
    assert failure_of(hand.converse(a_mail(), cancel=cancel)).kind is FailureKind.CANCELLED


def test_a_cancel_before_the_start_connects_nowhere(hand: Hand) -> None:
    cancel = Cancel()
    cancel.request()
    failure = failure_of(hand.converse(a_mail(), cancel=cancel))
    assert failure.kind is FailureKind.CANCELLED
    assert hand.servers.entra.calls == []


def test_the_deadline_ends_a_server_that_says_nothing(servers: Microsoft) -> None:
    servers.entra.answer_next("/token", Hang())
    hand = Hand(servers, deadline_s=0.5)
    failure = failure_of(hand.converse())
    assert (failure.kind, failure.stage) == (FailureKind.TIMED_OUT, Stage.TOKEN)


def test_nobody_listens_at_the_sign_in(hand: Hand) -> None:
    hand.mailbox = replace(hand.mailbox, authority="https://127.0.0.1:1")
    timeline = hand.converse()
    assert failure_of(timeline).kind is FailureKind.REFUSED
    assert outcomes(timeline)[Stage.CONNECT] is StepStatus.FAILED
    assert "SMTP Port" not in str(failure_of(timeline).message)


def test_a_host_that_does_not_exist(hand: Hand) -> None:
    hand.mailbox = replace(hand.mailbox, authority="https://login.invalid")
    timeline = hand.converse()
    assert failure_of(timeline).kind in {FailureKind.HOST_NOT_FOUND, FailureKind.HOST_LOOKUP_FAILED}
    assert outcomes(timeline)[Stage.FIND_HOST] is StepStatus.FAILED


def test_graph_s_host_can_fail_by_itself(hand: Hand) -> None:
    hand.mailbox = replace(hand.mailbox, graph_url="https://127.0.0.1:1")
    hand.servers.entra.graph_url = "https://127.0.0.1:1"
    told: list[Step] = []
    failure = failure_of(hand.converse(on_step=told.append))
    assert (failure.kind, failure.stage) == (FailureKind.REFUSED, Stage.MAILBOX)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_ca_bundle_for_other_programs_is_not_ours(
    hand: Hand, variable: str, tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "missing.pem"))
    assert hand.converse(a_mail()).failure is None


def test_a_bundle_for_other_programs_makes_nobody_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    with microsoft(authority) as servers:
        failure = failure_of(Hand(servers).converse())
        assert (failure.kind, failure.stage) == (FailureKind.CERTIFICATE, Stage.CONNECT)
        assert failure.certificate_fault in {CertificateFault.UNKNOWN_ISSUER, CertificateFault.SELF_SIGNED}
        assert servers.entra.calls == []


def test_a_certificate_for_another_host_is_refused(hand: Hand) -> None:
    # The servers' certificate names localhost and 127.0.0.1, not ::1 nor any other name of this computer.
    hand.mailbox = replace(hand.mailbox, authority=f"https://localhost.localdomain:{hand.servers.entra.port}")
    hand.transport = type(hand.transport)(resolve=lambda host, port: _loopback(port))
    failure = failure_of(hand.converse())
    assert (failure.kind, failure.certificate_fault) == (FailureKind.CERTIFICATE, CertificateFault.WRONG_HOST)


def _loopback(port: int) -> list[tuple[object, ...]]:
    import socket  # noqa: PLC0415 - only here

    return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]
