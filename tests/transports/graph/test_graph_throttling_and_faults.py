"""Throttling, lost connections, cancels and deadlines."""

import threading
from dataclasses import replace

import pytest
from graph_driver import GraphDriver, a_mail, failure_of, reply_of, statuses
from servers.certificates import Authority
from servers.https_calls import Answer, Call, Drop, Half, Hang
from servers.listener import Listener
from servers.microsoft.tenant import Microsoft, microsoft

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage, Step, StepStatus

_PATIENCE_S = 30
BUSY = Answer(status=429, headers={"Retry-After": "1"}, error=("ApplicationThrottled", "Too many at once."))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(driver: GraphDriver, status: int) -> None:
    driver.servers.graph.answer_next("/sendMail", replace(BUSY, status=status))
    timeline = driver.converse(a_mail())
    assert timeline.failure is None
    first, second = driver.servers.graph.calls_to("/sendMail")
    assert second.at_s - first.at_s >= 1.0
    assert len(driver.servers.graph.sent) == 1
    assert any("wait 1 s" in line.text for line in timeline.transcript)


def test_entra_id_s_retry_after_is_obeyed(driver: GraphDriver) -> None:
    driver.servers.entra.answer_next("/token", Answer(status=429, headers={"Retry-After": "1"}, json={"error": "busy"}))
    assert driver.converse().failure is None
    first, second = driver.servers.entra.calls_to("/token")
    assert second.at_s - first.at_s >= 1.0


@pytest.mark.parametrize("value", ["3600", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_a_retry_after_that_is_too_long_is_a_refusal(driver: GraphDriver, value: str) -> None:
    driver.servers.graph.answer_next("/sendMail", replace(BUSY, headers={"Retry-After": value}))
    reply = reply_of(driver.converse(a_mail()))
    assert (reply.code, reply.temporary) == (429, True)
    assert reply.retry_after_s is not None
    assert reply.retry_after_s >= 3600
    assert len(driver.servers.graph.calls_to("/sendMail")) == 1


@pytest.mark.parametrize("value", ["", "soon", "-1", "١"])
def test_without_a_time_nothing_is_sent_again(driver: GraphDriver, value: str) -> None:
    answer = replace(BUSY, headers={"Retry-After": value.encode().decode("latin-1")} if value else {})
    driver.servers.graph.answer_next("/sendMail", answer)
    assert reply_of(driver.converse(a_mail())).retry_after_s is None
    assert len(driver.servers.graph.calls_to("/sendMail")) == 1


def test_retries_end_after_four_tries(driver: GraphDriver) -> None:
    again = replace(BUSY, headers={"Retry-After": "0"})
    driver.servers.graph.answer_next("/sendMail", *[again] * 9)
    assert reply_of(driver.converse(a_mail())).code == 429
    assert len(driver.servers.graph.calls_to("/sendMail")) == 4


def test_a_token_that_ends_midway_is_renewed_once(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/sendMail", lambda call: driver.servers.entra.revoke_all())
    timeline = driver.converse(a_mail())
    assert timeline.failure is None
    assert len(driver.servers.entra.token_calls) == 2
    first, second = driver.servers.graph.calls_to("/sendMail")
    assert first.headers["Authorization"] != second.headers["Authorization"]
    assert len(driver.servers.graph.sent) == 1


def test_a_token_that_is_never_taken_ends_the_conversation(driver: GraphDriver) -> None:
    no = Answer(status=401, error=("InvalidAuthenticationToken", "Access token validation failure."))
    driver.servers.graph.answer_next("/sendMail", *[no] * 9)
    reply = reply_of(driver.converse(a_mail()))
    assert (reply.code, reply.error_code) == (401, "InvalidAuthenticationToken")
    assert len(driver.servers.graph.calls_to("/sendMail")) == 2
    assert len(driver.servers.entra.token_calls) == 2


@pytest.mark.parametrize("cut", [Drop(after_work=True), Drop(after_work=True, reset=True), Drop()])
def test_a_drop_after_the_request_leaves_the_outcome_unknown(driver: GraphDriver, cut: Drop) -> None:
    driver.servers.graph.answer_next("/sendMail", cut)
    timeline = driver.converse(a_mail())
    assert failure_of(timeline).kind is FailureKind.OUTCOME_UNKNOWN
    assert statuses(timeline)[Stage.SEND] is StepStatus.UNKNOWN
    assert len(driver.servers.graph.calls_to("/sendMail")) == 1, "sent twice"


def test_an_answer_cut_in_the_middle_leaves_the_outcome_unknown(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/sendMail", Half(answer=Answer(status=500, error=("Oops", "x" * 200))))
    assert failure_of(driver.converse(a_mail())).kind is FailureKind.OUTCOME_UNKNOWN


def test_a_drop_before_the_mail_went_out_is_a_failure(driver: GraphDriver) -> None:
    # At the mailbox step nothing of the mail was sent yet.
    driver.servers.graph.drop_next("/mailFolders")
    timeline = driver.converse(a_mail())
    assert failure_of(timeline).kind is FailureKind.CLOSED
    assert statuses(timeline)[Stage.MAILBOX] is StepStatus.FAILED


@pytest.mark.parametrize("path", ["openid-configuration", "userrealm", "/token"])
def test_a_drop_by_entra_id_is_a_failure(driver: GraphDriver, path: str) -> None:
    driver.servers.entra.drop_next(path)
    failure = failure_of(driver.converse(a_mail()))
    assert (failure.kind, failure.stage) == (FailureKind.CLOSED, Stage.TOKEN)


def _cancel_when_silent(server: Listener, cancel: Cancel) -> threading.Thread:
    """Cancels once `server` has a request that it does not answer, and at last when nothing of the kind has come."""

    def run() -> None:
        server.silent.wait(_PATIENCE_S)
        cancel.request()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_cancel_ends_a_wait_for_entra_id(driver: GraphDriver) -> None:
    driver.servers.entra.answer_next("/token", Hang())
    cancel = Cancel()
    waiting = _cancel_when_silent(driver.servers.entra, cancel)
    failure = failure_of(driver.converse(a_mail(), cancel=cancel))
    waiting.join(_PATIENCE_S)
    assert driver.servers.entra.silent.is_set()
    assert (failure.kind, failure.stage) == (FailureKind.CANCELLED, Stage.TOKEN)


def test_a_cancel_while_graph_has_the_mail_leaves_the_outcome_unknown(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/sendMail", Hang(after_work=True))
    cancel = Cancel()
    waiting = _cancel_when_silent(driver.servers.graph, cancel)
    failure = failure_of(driver.converse(a_mail(), cancel=cancel))
    waiting.join(_PATIENCE_S)
    assert driver.servers.graph.silent.is_set()
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN
    assert len(driver.servers.graph.sent) == 1


def test_a_cancel_ends_a_pause(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/sendMail", replace(BUSY, headers={"Retry-After": "59"}))
    cancel = Cancel()

    def stop(call: Call) -> None:
        # It arrives while the answer is read, or in the pause.
        cancel.request()

    driver.servers.graph.answer_next("/mailFolders", stop)
    assert failure_of(driver.converse(a_mail(), cancel=cancel)).kind is FailureKind.CANCELLED


def test_a_cancel_before_the_start_connects_nowhere(driver: GraphDriver) -> None:
    cancel = Cancel()
    cancel.request()
    failure = failure_of(driver.converse(a_mail(), cancel=cancel))
    assert failure.kind is FailureKind.CANCELLED
    assert driver.servers.entra.calls == []


def test_the_deadline_ends_a_server_that_says_nothing(servers: Microsoft) -> None:
    servers.entra.answer_next("/token", Hang())
    driver = GraphDriver(servers, deadline_s=0.5)
    failure = failure_of(driver.converse())
    assert (failure.kind, failure.stage) == (FailureKind.TIMED_OUT, Stage.TOKEN)


def test_a_closed_port_at_the_sign_in(driver: GraphDriver) -> None:
    driver.mailbox = replace(driver.mailbox, authority="https://127.0.0.1:1")
    timeline = driver.converse()
    assert failure_of(timeline).kind is FailureKind.REFUSED
    assert statuses(timeline)[Stage.CONNECT] is StepStatus.FAILED
    assert "port" not in str(failure_of(timeline).message)


def test_a_host_that_does_not_exist(driver: GraphDriver) -> None:
    driver.mailbox = replace(driver.mailbox, authority="https://login.invalid")
    timeline = driver.converse()
    assert failure_of(timeline).kind in {FailureKind.HOST_NOT_FOUND, FailureKind.HOST_LOOKUP_FAILED}
    assert statuses(timeline)[Stage.FIND_HOST] is StepStatus.FAILED
    assert ":443" not in str(failure_of(timeline).message)


def test_graph_s_host_can_fail_by_itself(driver: GraphDriver) -> None:
    driver.mailbox = replace(driver.mailbox, graph_url="https://127.0.0.1:1")
    driver.servers.entra.graph_url = "https://127.0.0.1:1"
    steps: list[Step] = []
    failure = failure_of(driver.converse(on_step=steps.append))
    assert (failure.kind, failure.stage) == (FailureKind.REFUSED, Stage.MAILBOX)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_ca_bundle_for_other_programs_is_ignored(
    driver: GraphDriver, variable: str, tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "missing.pem"))
    assert driver.converse(a_mail()).failure is None


def test_a_bundle_for_other_programs_makes_nobody_trusted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    with microsoft(authority) as servers:
        failure = failure_of(GraphDriver(servers).converse())
        assert (failure.kind, failure.stage) == (FailureKind.CERTIFICATE, Stage.CONNECT)
        assert failure.certificate_fault in {CertificateFault.UNKNOWN_ISSUER, CertificateFault.SELF_SIGNED}
        assert servers.entra.calls == []


def test_a_certificate_for_another_host_is_refused(driver: GraphDriver) -> None:
    # The servers' certificate names localhost and 127.0.0.1, not ::1 nor any other name of this computer.
    driver.mailbox = replace(driver.mailbox, authority=f"https://localhost.localdomain:{driver.servers.entra.port}")
    driver.transport = type(driver.transport)(resolve=lambda host, port: _loopback(port))
    failure = failure_of(driver.converse())
    assert (failure.kind, failure.certificate_fault) == (FailureKind.CERTIFICATE, CertificateFault.WRONG_HOST)


def _loopback(port: int) -> list[tuple[object, ...]]:
    import socket  # noqa: PLC0415 - only here

    return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]
