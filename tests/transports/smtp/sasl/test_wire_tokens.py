"""Sign-in by access token: what is said, what a refusal says, and when another token is asked for."""

import secrets
from collections.abc import Callable

import pytest
from connection_driver import ConnectionDriver
from conversations import USER, converse, detail_of, failure_of, generic, mail_to, said
from fakes.small import MemoryPipeliningDenylist
from fakes.token_source import FakeTokenSource, refused_by_issuer
from servers.smtp.scripted import Peer, ScriptedServer, greet
from servers.smtp.token_script import DOVECOT, GOOGLE, RFC_7628, Attempt, TokenScript
from shown import everything_shown

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Party, Reply, Stage, StepStatus, Timeline
from smtp_desktop.domain.errors import Cancelled, VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import REDACTED
from smtp_desktop.domain.smtp.profile import GenericServer, SignIn
from smtp_desktop.transports.redaction.redactor import withheld
from smtp_desktop.transports.smtp.transport import SmtpTransport

SHORT, LONG = "ya29." + secrets.token_urlsafe(120), "ey" + secrets.token_urlsafe(1600)
STATUSES = {StepStatus.DONE, StepStatus.FAILED}


def by_browser(port: int) -> GenericServer:
    """Returns a server for which somebody has signed in with a browser."""
    return generic(port, auth_required=True, sign_in=SignIn.BROWSER)


def run(script: Callable[[Peer], None], source: FakeTokenSource, **options: object) -> Timeline:
    with ScriptedServer(script) as server:
        return converse(by_browser(server.port), password="", token=source, **options)


def steps_of(timeline: Timeline) -> list[Stage]:
    """Returns the stages that were reached, in the order in which they began."""
    return [step.stage for step in sorted(timeline.steps, key=lambda step: step.started_ms) if step.status in STATUSES]


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize(("token", "one_line"), [(SHORT, True), (LONG, False)])
def test_a_mail_goes_out_with_an_access_token(mechanism: str, token: str, *, one_line: bool) -> None:
    script = TokenScript({token: USER}, ("PLAIN", mechanism))
    timeline = run(script, FakeTokenSource(token), mail=mail_to("info@example.com"))
    assert timeline.ok
    assert script.attempts == [Attempt(mechanism, USER, token, one_line)]
    assert len(script.mails.taken) == 1
    assert detail_of(timeline, Stage.SIGN_IN) == f"{mechanism} as {USER}"
    assert detail_of(timeline, Stage.TOKEN) == "still valid"
    assert steps_of(timeline)[:2] == [Stage.TOKEN, Stage.FIND_HOST]
    sent = [f"AUTH {mechanism} {REDACTED}"] if one_line else [f"AUTH {mechanism}", REDACTED]
    assert [line for line in said(timeline, Party.CLIENT) if line in sent] == sent


@pytest.mark.parametrize(
    ("mechanisms", "chosen"), [(("OAUTHBEARER", "XOAUTH2", "PLAIN"), "XOAUTH2"), (("OAUTHBEARER",), "OAUTHBEARER")]
)
def test_xoauth2_is_preferred_as_the_one_that_providers_document(mechanisms: tuple[str, ...], chosen: str) -> None:
    script = TokenScript({SHORT: USER}, mechanisms)
    assert run(script, FakeTokenSource(SHORT)).ok
    assert script.attempts[0].mechanism == chosen


@pytest.mark.parametrize("too_long", ["500 5.5.2 Line too long", "501 5.5.4 Syntax error"])
def test_a_server_that_refuses_the_token_on_one_line_gets_it_in_two_steps(too_long: str) -> None:
    script = TokenScript({SHORT: USER}, line_octets=100, too_long=too_long)
    timeline = run(script, FakeTokenSource(SHORT))
    assert timeline.ok
    assert script.attempts == [Attempt("XOAUTH2", USER, SHORT, one_line=False)]
    assert len([line for line in said(timeline, Party.SERVER) if line.startswith("220 ")]) == 1


def test_a_server_that_takes_long_tokens_in_no_way_refuses() -> None:
    script = TokenScript({LONG: USER}, response_octets=1001, too_long="500 Error: (ValueError) Separator is not found")
    source = FakeTokenSource(LONG)
    failure = failure_of(run(script, source))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.REPLY)
    assert str(failure.reply).startswith("500 Error")
    assert source.asked == [False]


def test_a_server_that_overlooks_the_token_gets_it_again() -> None:
    script = TokenScript({SHORT: USER}, overlooks_first=True)
    assert run(script, FakeTokenSource(SHORT)).ok
    assert len(script.attempts) == 1


@pytest.mark.parametrize(
    ("mechanism", "challenge", "answer"),
    [
        ("XOAUTH2", GOOGLE, ""),
        ("XOAUTH2", DOVECOT, ""),
        ("OAUTHBEARER", RFC_7628, "AQ=="),
        ("OAUTHBEARER", {"status": "insufficient_scope", "scope": "smtp"}, "AQ=="),
    ],
)
def test_the_reason_in_a_challenge_is_read_and_acknowledged(
    mechanism: str, challenge: dict[str, str], answer: str
) -> None:
    script = TokenScript({}, (mechanism,), challenge)
    timeline = run(script, FakeTokenSource(SHORT, fresh=True))
    failure = failure_of(timeline)
    assert script.answers == [answer]
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.REPLY)
    assert isinstance(failure.reply, Reply)
    assert (failure.reply.code, failure.reply.enhanced_code) == (535, "5.7.8")
    for key, value in challenge.items():
        assert f'"{key}": "{value}"' in failure.reply.words
        assert f'"{key}": "{value}"' in "\n".join(said(timeline, Party.SERVER))
    assert failure.reply.words in str(failure.message)


@pytest.mark.parametrize(
    "refusal", ["535 5.7.3 Authentication unsuccessful [AM6P193CA0105.EURP193.PROD.OUTLOOK.COM]", "535 5.7.139 Off"]
)
def test_exchange_refuses_without_a_reason(refusal: str) -> None:
    script = TokenScript({}, refusal=refusal)
    failure = failure_of(run(script, FakeTokenSource(LONG, fresh=True)))
    assert str(failure.reply) == refusal
    assert script.answers == []


def test_a_refused_token_is_renewed_once_in_the_same_session() -> None:
    script = TokenScript({LONG: USER}, challenge=GOOGLE)
    source = FakeTokenSource(SHORT, renewed=LONG)
    timeline = run(script, source, mail=mail_to("info@example.com"))
    assert timeline.ok
    assert source.asked == [False, True]
    assert [attempt.token for attempt in script.attempts] == [SHORT, LONG]
    assert len([line for line in said(timeline, Party.SERVER) if line.startswith("220 ")]) == 1
    assert detail_of(timeline, Stage.TOKEN) == "issued just now"
    assert steps_of(timeline)[-4:] == [Stage.SIGN_IN, Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT]


def test_a_server_that_hangs_up_on_a_refused_token_gets_the_next_one_over_a_new_connection() -> None:
    script = TokenScript({LONG: USER}, hangs_up=True)
    source = FakeTokenSource(SHORT, renewed=LONG)
    timeline = run(script, source, mail=mail_to("info@example.com"))
    assert timeline.ok
    assert source.asked == [False, True]
    assert len([line for line in said(timeline, Party.SERVER) if line.startswith("220 ")]) == 2


def test_a_server_that_ends_the_session_with_the_second_sign_in_gets_a_new_connection() -> None:
    def tired(peer: Peer) -> None:
        greet(peer, "AUTH XOAUTH2")
        peer.expect("AUTH XOAUTH2 ")
        peer.send("535 5.7.8 no")
        peer.expect("AUTH XOAUTH2")
        peer.send("421 4.7.0 too many errors")

    script = TokenScript({LONG: USER})
    with ScriptedServer(tired, script) as server:
        smtp = by_browser(server.port)
        timeline = converse(smtp, password="", token=FakeTokenSource(SHORT, renewed=LONG))
    assert timeline.ok
    assert script.attempts == [Attempt("XOAUTH2", USER, LONG, one_line=False)]


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_renewed_token_that_is_refused_as_well_is_the_end(*, hangs_up: bool) -> None:
    script = TokenScript({}, challenge=GOOGLE, hangs_up=hangs_up)
    source = FakeTokenSource(SHORT, renewed=LONG)
    failure = failure_of(run(script, source))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, FailureKind.REPLY)
    assert source.asked == [False, True]
    assert [attempt.token for attempt in script.attempts] == [SHORT, LONG]


def test_the_refusal_of_a_token_that_was_issued_just_now_is_the_end() -> None:
    script = TokenScript({})
    source = FakeTokenSource(SHORT, fresh=True)
    assert failure_of(run(script, source)).stage is Stage.SIGN_IN
    assert source.asked == [False]


@pytest.mark.parametrize("refusal", ["454 4.7.0 Temporary authentication failure", "530 5.7.0 not now", "550 no"])
def test_only_535_renews_a_token(refusal: str) -> None:
    source = FakeTokenSource(SHORT, renewed=LONG)
    failure = failure_of(run(TokenScript({}, refusal=refusal), source))
    assert str(failure.reply) == refusal
    assert source.asked == [False]


def test_without_a_token_nothing_is_connected_to() -> None:
    script = TokenScript({})
    source = FakeTokenSource(error=refused_by_issuer())
    with ScriptedServer(script) as server:
        timeline = converse(by_browser(server.port), password="", token=source)
        assert not server.peers
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.TOKEN, FailureKind.TOKEN_REFUSED)
    assert str(failure.reply) == "400 invalid_grant Token has been expired or revoked."
    assert said(timeline, Party.CLIENT) == ["POST /token"]


def test_a_renewal_that_fails_says_so_in_place_of_the_server() -> None:
    source = FakeTokenSource(SHORT, renewal_error=refused_by_issuer())
    timeline = run(TokenScript({}), source)
    failure = failure_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.TOKEN, FailureKind.TOKEN_REFUSED)
    # After what the server has said.
    times = [line.at_ms for line in timeline.transcript]
    assert times == sorted(times)
    assert said(timeline, Party.CLIENT)[-1] in {"POST /token", "QUIT"}


def test_a_cancel_while_a_token_is_fetched_cancels_the_conversation() -> None:
    failure = failure_of(run(TokenScript({}), FakeTokenSource(error=Cancelled(msg("Nothing was sent.")))))
    assert (failure.stage, failure.kind) == (Stage.TOKEN, FailureKind.CANCELLED)


def test_a_cancel_after_the_token_was_fetched_still_ends_the_wait() -> None:
    cancel = Cancel()

    def silent(peer: Peer) -> None:
        cancel.request()
        peer.hold()

    def source(_: bool, lent: Cancel) -> object:
        assert lent is cancel
        lent.set_waker(None)  # as whoever has waited with it leaves it
        return FakeTokenSource(SHORT)(False, lent)

    with ScriptedServer(silent) as server:
        smtp = by_browser(server.port)
        failure = failure_of(converse(smtp, password="", token=source, cancel=cancel))
    assert failure.kind is FailureKind.CANCELLED


def test_a_locked_vault_is_the_callers_to_open() -> None:
    with pytest.raises(VaultError):
        run(TokenScript({}), FakeTokenSource(error=VaultError(msg("Locked."))))


@pytest.mark.parametrize(
    ("offer", "kind", "words"),
    [
        (
            "AUTH PLAIN LOGIN",
            FailureKind.MECHANISM_MISSING,
            "takes no access tokens (OAuth2). It offers only PLAIN, L",
        ),
        ("SIZE", FailureKind.AUTH_MISSING, "offers no sign-in on this port"),
    ],
)
def test_a_server_that_takes_no_tokens_gets_none(offer: str, kind: FailureKind, words: str) -> None:
    def script(peer: Peer) -> None:
        greet(peer, offer)
        peer.expect("QUIT")
        peer.send("221 bye")

    failure = failure_of(run(script, FakeTokenSource(SHORT)))
    assert (failure.stage, failure.kind) == (Stage.SIGN_IN, kind)
    assert words in str(failure.message)


def test_a_mailbox_without_the_right_to_send_is_said_in_the_servers_words() -> None:
    reply = "430 4.2.0 STOREDRV; mailbox logon failure; failure code: 200 [Hostname=X.PROD.OUTLOOK.COM]"
    script = TokenScript({SHORT: USER})
    script.mails.at_content = lambda _peer, _number: reply
    failure = failure_of(run(script, FakeTokenSource(SHORT), mail=mail_to("info@example.com")))
    assert (failure.stage, str(failure.reply)) == (Stage.CONTENT, reply)


def probe(port: int, **options: object) -> Timeline:
    return SmtpTransport(pipelining_denylist=MemoryPipeliningDenylist()).probe(
        by_browser(port), password=None, sender=None, known_mode=None, cancel=Cancel(), **options
    )


def test_a_probe_signs_in_with_a_token_and_renews_it() -> None:
    script = TokenScript({LONG: USER})
    source = FakeTokenSource(SHORT, renewed=LONG)
    with ScriptedServer(script) as server:
        timeline = probe(server.port, token=source)
    assert timeline.ok
    assert source.asked == [False, True]


@pytest.mark.parametrize(("offer", "ok"), [("AUTH PLAIN XOAUTH2", True), ("AUTH PLAIN", False)])
def test_a_probe_without_a_token_looks_for_a_mechanism_that_takes_one(offer: str, *, ok: bool) -> None:
    def script(peer: Peer) -> None:
        greet(peer, offer)
        peer.expect("QUIT")
        peer.send("221 bye")

    with ScriptedServer(script) as server:
        timeline = probe(server.port)
    assert timeline.ok is ok
    assert ok or failure_of(timeline).kind is FailureKind.MECHANISM_MISSING


def test_a_connection_that_is_kept_open_needs_no_further_token(new_driver: Callable[..., ConnectionDriver]) -> None:
    script = TokenScript({SHORT: USER})
    source = FakeTokenSource(SHORT)
    with ScriptedServer(script) as server:
        driver = new_driver(by_browser(server.port), token=source).warm_up()
        batch = driver.send_many(mail_to("a@example.com"), mail_to("b@example.com"))
        last = driver.send()
        driver.connection.close()
    assert [timeline is not None and timeline.ok for timeline in (*batch, last)] == [True] * 3
    assert source.asked == [False]
    assert Stage.TOKEN not in steps_of(last)


def test_each_new_connection_asks_for_a_token(new_driver: Callable[..., ConnectionDriver]) -> None:
    script = TokenScript({SHORT: USER, LONG: USER})
    source = FakeTokenSource(SHORT)
    with ScriptedServer(script) as server:
        driver = new_driver(by_browser(server.port), token=source, mails_per_connection=1)
        assert driver.send().ok
        source.token = LONG
        assert driver.send().ok
    assert [attempt.token for attempt in script.attempts] == [SHORT, LONG]
    assert source.asked == [False, False]


@pytest.mark.parametrize("token", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    "repeated",
    [
        lambda token, line: f"535 5.7.8 no such token: {token}",
        lambda token, line: f"535 5.7.8 {token[: len(token) // 2]}... is not valid",
        lambda token, line: f"500 5.5.2 Line too long: {line[:400]}",
        lambda token, line: f"535-5.7.8 {line[: len(line) // 2]}\r\n535 5.7.8 {line[len(line) // 2 :]}",
        lambda token, line: f"235 2.7.0 welcome, {token.upper()}",
    ],
    ids=["token", "half of it", "line cut off", "line in two", "welcome"],
)
def test_nothing_of_a_token_is_shown_whatever_the_server_repeats(
    token: str, repeated: Callable[[str, str], str]
) -> None:
    def script(peer: Peer) -> None:
        greet(peer, "AUTH XOAUTH2", "X-REMEMBERS " + token[:200])
        while (line := peer.line()) == "AUTH XOAUTH2":
            peer.send("334 ")
        while line != "QUIT":
            peer.send(repeated(token, line))
            line = peer.line()
            if line == "AUTH XOAUTH2":
                peer.send("334 ")
                line = peer.line()
        peer.send("221 bye")

    timeline = run(script, FakeTokenSource(token, fresh=True))
    shown = everything_shown(timeline)
    assert not any(token[at : at + 40].lower() in shown.lower() for at in range(len(token) - 40))
    assert withheld("")[-20:] in shown


def test_a_reason_that_repeats_the_token_is_withheld() -> None:
    script = TokenScript({}, challenge={"status": "401", "token": LONG})
    timeline = run(script, FakeTokenSource(LONG, fresh=True))
    assert LONG[:40] not in everything_shown(timeline)
    assert "535 5.7.8 Username and Password not accepted" in str(failure_of(timeline).reply)
