"""More recipients than a server takes at once, and those whom it can't reach."""

from collections.abc import Callable

import pytest
from connection_driver import ConnectionDriver
from conversations import converse, failure_of, generic, mail_to
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer, greet, quit_politely

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, StepStatus, Timeline
from smtp_desktop.transports.smtp.replies import is_too_many

ONE_BY_ONE, BY_BDAT = ("8BITMIME",), ("CHUNKING", "8BITMIME")
OVERLAPPING, STREAMING = ("PIPELINING", "8BITMIME"), ("PIPELINING", "CHUNKING", "8BITMIME")
ALL_OFFERS = pytest.mark.parametrize("offers", [ONE_BY_ONE, OVERLAPPING, BY_BDAT, STREAMING], ids=" ".join)
TOO_MANY = "452 4.5.3 Error: too many recipients"
EIGHT = tuple(f"r{number}@example.com" for number in range(8))


class LimitedScript(MailScript):
    """Takes three recipients a mail; the others get `refusal`. Of those mails, `at_content` decides."""

    refusal = TOO_MANY

    def _reply(self, peer: Peer, line: str) -> None:
        if line.startswith("RCPT") and len(self.recipients) == 3:
            peer.send(self.refusal)
        else:
            super()._reply(peer, line)


def refusals(timeline: Timeline) -> dict[str, str]:
    return {refused.recipient: str(refused.reply) for refused in timeline.refused}


@ALL_OFFERS
@pytest.mark.parametrize(
    "refusal",
    [TOO_MANY, "452 too many recipients", "552 too many recipients", "550 5.5.3 Too many recipients", "452 try again"],
)
def test_those_who_are_too_many_get_the_mail_at_once(refusal: str, offers: tuple[str, ...]) -> None:
    script = LimitedScript(offers)
    script.refusal = refusal
    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to(*EIGHT))
        assert len(server.peers) == 1
    assert timeline.ok
    assert timeline.refused == ()
    assert [len(mail.recipients) for mail in script.taken] == [3, 3, 2]
    assert tuple(one for mail in script.taken for one in mail.recipients) == EIGHT
    assert {mail.content for mail in script.taken} == {script.taken[0].content}
    assert all(step.status is StepStatus.DONE for step in timeline.steps)


@pytest.mark.parametrize("offers", [OVERLAPPING, STREAMING], ids=" ".join)
def test_so_they_do_in_a_batch(offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]) -> None:
    script = LimitedScript(offers)
    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        timelines = driver.send_many(mail_to("a@example.com"), mail_to(*EIGHT), mail_to("b@example.com"))
        assert driver.send().ok
        assert len(server.peers) == 1
    assert all(timeline is not None and timeline.ok and timeline.refused == () for timeline in timelines)
    assert sorted(len(mail.recipients) for mail in script.taken) == [1, 1, 1, 1, 2, 3, 3]


@ALL_OFFERS
def test_a_full_mailbox_waits_for_another_time(offers: tuple[str, ...]) -> None:
    script = MailScript(offers, {"RCPT TO:<r1@": "452 4.2.2 mailbox full"})
    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to(*EIGHT[:3]))
    assert refusals(timeline) == {"r1@example.com": "452 4.2.2 mailbox full"}
    assert len(script.taken) == 1


@ALL_OFFERS
def test_a_limit_that_stays_ends_it(offers: tuple[str, ...]) -> None:
    """A limit by the hour takes nobody in the further transaction either."""
    script = MailScript(offers, {"RCPT TO:<r1@": TOO_MANY, "RCPT TO:<r2@": TOO_MANY})
    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to(*EIGHT[:3]))
    assert timeline.ok
    assert refusals(timeline) == {"r1@example.com": TOO_MANY, "r2@example.com": TOO_MANY}
    assert [mail.recipients for mail in script.taken] == [("r0@example.com",)]
    assert {step.status for step in timeline.steps} == {StepStatus.DONE}


def test_the_rest_is_refused_by_itself(new_driver: Callable[..., ConnectionDriver]) -> None:
    script = LimitedScript(ONE_BY_ONE, at_content=lambda _, number: "554 5.7.1 spam" if number == 1 else "")
    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port))
        timeline = driver.send(mail_to(*EIGHT[:5]))
        assert timeline.ok
        assert refusals(timeline) == {"r3@example.com": "554 5.7.1 spam", "r4@example.com": "554 5.7.1 spam"}
        script.at_content = lambda _peer, _number: ""
        assert driver.send(mail_to("a@example.com")).ok
        assert len(server.peers) == 1


def test_the_rest_waits_where_the_server_hangs_up(new_driver: Callable[..., ConnectionDriver]) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send("250 fine")
        peer.expect("RCPT")
        peer.send(TOO_MANY)
        peer.expect("DATA")
        peer.send("354 go ahead")
        peer.content()
        peer.send("250 queued")
        peer.expect("MAIL")

    with ScriptedServer(script, MailScript(ONE_BY_ONE)) as server:
        driver = new_driver(generic(server.port))
        timeline = driver.send(mail_to(*EIGHT[:2]))
        assert timeline.ok
        assert refusals(timeline) == {"r1@example.com": TOO_MANY}
        assert driver.send(mail_to("a@example.com")).ok
        assert len(server.peers) == 2


def test_the_rest_is_in_doubt_where_its_answer_is_lost() -> None:
    def script(peer: Peer, number: int) -> str:
        if number == 1:
            peer.hang_up()
        return ""

    with ScriptedServer(LimitedScript(ONE_BY_ONE, at_content=script)) as server:
        timeline = converse(generic(server.port), mail=mail_to(*EIGHT[:5]))
    assert timeline.ok
    assert timeline.in_doubt == ("r3@example.com", "r4@example.com")
    assert timeline.refused == ()


@pytest.mark.parametrize(
    ("reply", "too_many"),
    [
        (Reply(code=452, enhanced_code="4.5.3", text=("over",)), True),
        (Reply(code=552, enhanced_code="5.5.3", text=("over",)), True),
        (Reply(code=451, text=("4.7.1: recipient limit exceeded",)), True),
        (Reply(code=452, text=("Requested action not taken: insufficient system storage",)), False),
        (Reply(code=552, text=("mailbox over quota",)), False),
        (Reply(code=450, enhanced_code="4.2.0", text=("greylisted",)), False),
        (Reply(code=550, enhanced_code="5.1.1", text=("nobody",)), False),
    ],
)
def test_only_a_limit_of_recipients_asks_for_a_further_transaction(reply: Reply, too_many: bool) -> None:
    assert is_too_many(reply) is too_many


@ALL_OFFERS
def test_one_recipient_out_of_reach_refuses_none_of_the_others(offers: tuple[str, ...]) -> None:
    script = MailScript(offers)
    mail = mail_to("ok@example.com", "jörg@example.com", "fine@example.com")
    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail)
    assert timeline.ok
    assert [mail.recipients for mail in script.taken] == [("ok@example.com", "fine@example.com")]
    (refused,) = timeline.refused
    assert refused.recipient == "jörg@example.com"
    assert (refused.reply.code, refused.reply.enhanced_code) == (553, "5.6.7")
    assert "SMTPUTF8" in str(refused.reply)


@pytest.mark.parametrize("offers", [OVERLAPPING, STREAMING], ids=" ".join)
def test_so_it_is_in_a_batch(offers: tuple[str, ...], new_driver: Callable[..., ConnectionDriver]) -> None:
    script = MailScript(offers)
    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        (timeline,) = driver.send_many(mail_to("ok@example.com", "jörg@example.com"))
    assert timeline is not None
    assert timeline.ok
    assert [refused.recipient for refused in timeline.refused] == ["jörg@example.com"]
    assert script.taken[-1].recipients == ("ok@example.com",)


def test_a_mail_for_nobody_in_reach_fails() -> None:
    with ScriptedServer(MailScript(ONE_BY_ONE)) as server:
        failure = failure_of(converse(generic(server.port), mail=mail_to("jörg@example.com")))
    assert (failure.stage, failure.kind) == (Stage.SENDER, FailureKind.SMTPUTF8_MISSING)


def test_a_header_for_others_does_not_name_whom_it_can_t_carry() -> None:
    script = MailScript(ONE_BY_ONE)
    mail = mail_to("ok@example.com", "jörg@example.com")
    both = mail_to("ok@example.com", "jörg@example.com", to=mail.envelope.recipients)
    with ScriptedServer(script) as server:
        assert converse(generic(server.port), mail=both).ok
    assert b"To: ok@example.com\r\n" in script.taken[0].content


@pytest.mark.parametrize("pipelining", [True, False])
def test_each_of_several_refused_recipients_has_its_answer(pipelining: bool) -> None:
    def script(peer: Peer) -> None:
        greet(peer, *["PIPELINING"] * pipelining)
        peer.expect("MAIL")
        peer.send("250 fine")
        peer.expect("RCPT TO:<a@")
        peer.send("550 5.1.1 nobody")
        peer.expect("RCPT TO:<b@")
        peer.send("450 4.7.1 greylisted")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port), mail=mail_to("a@example.com", "b@example.com"))
    assert str(failure_of(timeline).reply) == "450 4.7.1 greylisted"
    assert refusals(timeline) == {"a@example.com": "550 5.1.1 nobody", "b@example.com": "450 4.7.1 greylisted"}


def test_after_one_mail_for_nobody_data_waits_for_a_recipient(new_driver: Callable[..., ConnectionDriver]) -> None:
    """Every DATA without a recipient is an error, after some of which servers hang up."""
    script = MailScript(OVERLAPPING, {"RCPT TO:<no": "550 5.1.1 nobody of that name"})
    with ScriptedServer(script) as server:
        driver = new_driver(generic(server.port)).warm_up()
        mails = [mail_to(f"{name}@example.com") for name in ("no1", "no2", "yes1", "no3", "yes2", "no4")]
        timelines = driver.send_many(*mails)
    assert [timeline is not None and timeline.ok for timeline in timelines] == [False, False, True, False, True, False]
    assert script.lines.count("DATA") == 1 + 1 + 2
