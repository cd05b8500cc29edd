"""Sign-in by SCRAM: what is tried, in which order, and whom the client believes."""

import pytest
from conversations import USER, converse, detail_of, failure_of, generic, said
from fakes.small import MemoryMechanismDenylist
from servers.certificates import Authority, context_of, fingerprint_of
from servers.smtp.scram import ScramScript
from servers.smtp.scripted import ScriptedServer, greet
from shown import everything_shown

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Party, Reply, Stage, Timeline
from smtp_desktop.domain.secret import REDACTED

PASSWORD = "pen,cil=ö"
BOTH = ("PLAIN", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")


def run(script: ScramScript, *, password: str = PASSWORD, **options: object) -> Timeline:
    with ScriptedServer(script) as server:
        return converse(
            generic(server.port, auth_required=True, tls=script.tls is not None), password=password, **options
        )


def bound_script(trusted: Authority, *mechanisms: str, **fields: object) -> ScramScript:
    """Returns a server with TLS that knows the hash of its own certificate."""
    leaf = trusted.issue()
    bound = bytes.fromhex(fingerprint_of(leaf))
    return ScramScript({USER: PASSWORD}, mechanisms or BOTH, tls=context_of(leaf), bound=bound, **fields)


def test_scram_comes_before_plain_and_shows_nothing_of_the_password() -> None:
    script = ScramScript({USER: PASSWORD})
    timeline = run(script)
    assert timeline.ok
    assert script.attempts == ["SCRAM-SHA-256"]
    assert detail_of(timeline, Stage.SIGN_IN) == f"SCRAM-SHA-256 as {USER}"
    assert f"AUTH SCRAM-SHA-256 {REDACTED}" in said(timeline, Party.CLIENT)
    shown = everything_shown(timeline)
    proof, signature = script.lines[1], said(timeline, Party.SERVER)[-3]
    assert proof not in shown
    assert signature.startswith("334 [")


def test_under_tls_the_sign_in_is_bound_to_the_servers_certificate(trusted: Authority) -> None:
    script = bound_script(trusted)
    timeline = run(script)
    assert timeline.ok
    assert script.attempts == ["SCRAM-SHA-256-PLUS"]
    assert detail_of(timeline, Stage.SIGN_IN) == f"SCRAM-SHA-256-PLUS as {USER}"


def test_somebody_between_with_another_certificate_is_noticed(trusted: Authority) -> None:
    script = bound_script(trusted)
    script.bound = b"the certificate of the real server"
    failure = failure_of(run(script))
    assert script.attempts == ["SCRAM-SHA-256-PLUS"]
    assert isinstance(failure.reply, Reply)
    assert "e=invalid-proof" in failure.reply.words


def test_without_an_offer_of_plus_the_client_says_that_it_could(trusted: Authority) -> None:
    script = bound_script(trusted, "SCRAM-SHA-256")
    assert run(script).ok
    assert script.attempts == ["SCRAM-SHA-256"]


def test_a_server_that_binds_in_another_way_gets_scram_without_a_binding_and_from_then_on_at_once(
    trusted: Authority,
) -> None:
    script = bound_script(trusted, binds_by="tls-exporter")
    denylist = MemoryMechanismDenylist()
    with ScriptedServer(script) as server:
        smtp = generic(server.port, auth_required=True, tls=True)
        for attempts in (["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"], ["SCRAM-SHA-256-PLUS", *["SCRAM-SHA-256"] * 2]):
            timeline = converse(smtp, password=PASSWORD, mechanism_denylist=denylist)
            assert timeline.ok
            assert detail_of(timeline, Stage.SIGN_IN) == f"SCRAM-SHA-256 as {USER}"
            assert script.attempts == attempts
    assert denylist.refused == {("127.0.0.1", server.port, "SCRAM-SHA-256-PLUS")}


def test_a_server_that_overlooks_the_first_message_gets_it_again() -> None:
    script = ScramScript({USER: PASSWORD}, overlooks_first=True)
    assert run(script).ok
    assert script.attempts == ["SCRAM-SHA-256"]


def test_a_wrong_password_is_tried_once() -> None:
    script = ScramScript({USER: PASSWORD})
    failure = failure_of(run(script, password="wrong"))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.REPLY)
    assert str(failure.reply) == "535 5.7.8 Authentication failed e=invalid-proof"
    assert script.attempts == ["SCRAM-SHA-256"]


def test_a_user_without_a_scram_key_signs_in_by_plain_and_from_then_on_at_once() -> None:
    script = ScramScript({USER: PASSWORD}, without_key=(USER,))
    denylist = MemoryMechanismDenylist()
    with ScriptedServer(script) as server:
        smtp = generic(server.port, auth_required=True)
        for attempts in (["SCRAM-SHA-256", "PLAIN"], ["SCRAM-SHA-256", "PLAIN", "PLAIN"]):
            timeline = converse(smtp, password=PASSWORD, mechanism_denylist=denylist)
            assert timeline.ok
            assert detail_of(timeline, Stage.SIGN_IN) == f"PLAIN as {USER}"
            assert script.attempts == attempts


def test_a_user_without_a_scram_key_whose_password_is_wrong_is_refused_once_by_plain() -> None:
    script = ScramScript({USER: PASSWORD}, without_key=(USER,))
    denylist = MemoryMechanismDenylist()
    with ScriptedServer(script) as server:
        smtp = generic(server.port, auth_required=True)
        failure = failure_of(converse(smtp, password="wrong", mechanism_denylist=denylist))
    assert script.attempts == ["SCRAM-SHA-256", "PLAIN"]
    assert failure.kind is FailureKind.REPLY
    assert not denylist.refused


def test_a_server_that_has_nothing_but_scram_by_now_gets_another_try() -> None:
    denylist = MemoryMechanismDenylist()
    with ScriptedServer(ScramScript({USER: PASSWORD}, ("SCRAM-SHA-256",))) as server:
        denylist.add("127.0.0.1", server.port, "SCRAM-SHA-256")
        assert converse(generic(server.port, auth_required=True), password=PASSWORD, mechanism_denylist=denylist).ok


def test_a_server_with_nothing_but_scram_has_the_last_word() -> None:
    script = ScramScript({USER: PASSWORD}, ("SCRAM-SHA-256",), without_key=(USER,))
    failure = failure_of(run(script))
    assert script.attempts == ["SCRAM-SHA-256"]
    assert str(failure.reply) == "535 5.7.8 Authentication failed"


def test_a_server_that_is_busy_is_not_asked_by_another_mechanism() -> None:
    def busy(peer: object) -> None:
        greet(peer, "AUTH PLAIN SCRAM-SHA-256")
        peer.expect("AUTH SCRAM-SHA-256 ")
        peer.send("454 4.7.0 Temporary authentication failure")
        peer.expect("QUIT")
        peer.send("221 bye")

    with ScriptedServer(busy) as server:
        failure = failure_of(converse(generic(server.port, auth_required=True), password=PASSWORD))
    assert str(failure.reply).startswith("454")


@pytest.mark.parametrize(
    "script",
    [
        ScramScript({USER: PASSWORD}, unasked=True),
        ScramScript({USER: PASSWORD}, final=lambda _: "v=c29tZXRoaW5nIGVsc2U="),
    ],
    ids=["no signature", "another signature"],
)
def test_a_server_that_does_not_prove_that_it_knows_the_password_gets_no_mail(script: ScramScript) -> None:
    failure = failure_of(run(script))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.PROTOCOL)
    assert "did not prove" in str(failure.message)
