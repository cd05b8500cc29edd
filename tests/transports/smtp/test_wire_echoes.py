"""Whatever the password is, and however and wherever a server repeats it: nobody gets to see it."""

import base64
from functools import cache

import pytest
from conversations import converse, failure_of, generic, mail_to, said
from fakes.token_source import FakeTokenSource
from hypothesis import example, given, settings
from hypothesis import strategies as st
from leaks import LONG_SECRETS, SECRETS_WITH_LEAKS, SERVER_TEXTS, Leak, leaked, scattered_leaks
from servers.smtp.scripted import Peer, Script, ScriptedServer, greet
from shown import everything_shown

from smtp_desktop.domain.diagnosis.conversation import Party, Reply, Step, Timeline
from smtp_desktop.transports.redaction.redactor import withheld

# Random, but the same on every run.
repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=80)

CHALLENGES = {"PLAIN": 0, "LOGIN": 2, "CRAM-MD5": 1, "XOAUTH2": 0, "OAUTHBEARER": 0}
BY_TOKEN = frozenset({"XOAUTH2", "OAUTHBEARER"})
PLACES = [
    ("AUTH", 535),
    ("AUTH", 421),
    ("AUTH", 235),
    ("challenge", 334),
    ("MAIL", 250),
    ("MAIL", 550),
    ("RCPT", 250),
    ("RCPT", 451),
    ("DATA", 354),
    ("DATA", 421),
    ("content", 250),
    ("content", 552),
    ("QUIT", 221),
]
"""After which command a server speaks of the password, and with which code. The first recipient's is refused alone."""


def spoken(code: int, lines: tuple[str, ...]) -> list[str]:
    return [f"{code}-{line}" for line in lines[:-1]] + [f"{code} {lines[-1]}"]


def server(mechanism: str, replies: dict[str, tuple[int, tuple[str, ...]]]) -> Script:
    """Returns the script of a server that takes every mail, but for what it says at once by `replies`."""

    def say(peer: Peer, place: str, code: int, words: str) -> None:
        peer.send(*spoken(*replies.pop(place, (code, (words,)))))

    def script(peer: Peer) -> None:
        greet(peer, f"AUTH {mechanism}")
        if mechanism in BY_TOKEN and peer.expect("AUTH").count(" ") == 1:
            peer.send("334 ")
            peer.line()
        elif mechanism not in BY_TOKEN:
            peer.expect("AUTH")
        is_refused = mechanism in BY_TOKEN and "challenge" in replies
        for _ in range(CHALLENGES[mechanism] + is_refused):
            say(peer, "challenge", 334, "VXNlcm5hbWU6")
            peer.line()
        say(peer, "AUTH", *(535, "no") if is_refused else (235, "welcome"))
        while (verb := peer.line()[:4]) != "DATA":
            say(peer, verb, 250, "fine")
            if verb == "QUIT":
                return
        say(peer, "DATA", 354, "go ahead")
        peer.content()
        say(peer, "content", 250, "queued")
        peer.expect("QUIT")
        say(peer, "QUIT", 221, "bye")

    return script


def run_with(mechanism: str, replies: dict[str, tuple[int, tuple[str, ...]]], password: str) -> tuple[Timeline, str]:
    """Returns how it went, and all that was shown of it: while it went on, and in the end."""
    steps: list[Step] = []
    with ScriptedServer(server(mechanism, dict(replies))) as scripted:
        timeline = converse(
            generic(scripted.port, auth_required=True),
            mail=mail_to("a@example.com", "b@example.com"),
            password=password,
            token=FakeTokenSource(password, fresh=True) if mechanism in BY_TOKEN else None,
            on_step=steps.append,
        )
    live = "\n".join(step.detail for step in steps)
    return timeline, f"{live}\n{everything_shown(timeline)}".replace(str(scripted.port), "PORT")


def said_at(place: str, mechanism: str, code: int, lines: tuple[str, ...]) -> dict[str, tuple[int, tuple[str, ...]]]:
    if place == "challenge" and mechanism != "LOGIN":
        lines = (base64.b64encode(" ".join(lines).encode()).decode(),)
    return {place: (code, lines)}


@cache
def usually_shown(mechanism: str, place: str, code: int) -> str:
    return run_with(mechanism, said_at(place, mechanism, code, SERVER_TEXTS), "unheard-of")[1]


@pytest.mark.long
@repeatable
@given(secret_and_leak=SECRETS_WITH_LEAKS, mechanism=st.sampled_from(sorted(CHALLENGES)), place=st.sampled_from(PLACES))
@example(("hunter2", Leak(("it begins with hunt", "it ends with er2"), (), ("hunt", "er2"))), "PLAIN", ("AUTH", 535))
@example(("hunter2", Leak(("no hunt", "er2, sorry"), ("hunter2",), ("hunt", "er2"))), "LOGIN", ("AUTH", 421))
@example(("hunter2", Leak(("<hunter2@mail.test>",), ("hunter2", "xodW50ZXIy"))), "CRAM-MD5", ("challenge", 334))
@example(("00", Leak(('no "0x30 0x30" here',), ("0x30 0x30", '"00"'))), "CRAM-MD5", ("AUTH", 535))
def test_no_password_is_shown(secret_and_leak: tuple[str, Leak], mechanism: str, place: tuple[str, int]) -> None:
    secret, leak = secret_and_leak
    step, code = place
    timeline, shown = run_with(mechanism, said_at(step, mechanism, code, leak.lines), secret)
    # A password may be a word that is shown anyway.
    assert not leaked(leak, shown) or leaked(leak, usually_shown(mechanism, step, code))
    assert [line for line in said(timeline, Party.SERVER) if line.startswith(str(code))] or step in {
        "challenge",
        "QUIT",
    }


@settings(repeatable, max_examples=20)
@given(data=st.data(), secret=LONG_SECRETS, later=st.sampled_from([("AUTH", 535), ("AUTH", 235), ("content", 250)]))
def test_no_password_is_shown_in_pieces_of_several_replies(
    data: st.DataObject, secret: str, later: tuple[str, int]
) -> None:
    leak = data.draw(scattered_leaks(secret))
    step, code = later
    halves = {"challenge": (334, leak.lines[:1]), step: (code, leak.lines[1:])}
    _, shown = run_with("LOGIN", halves, secret)
    assert not leaked(leak, shown) or leaked(leak, usually_shown("LOGIN", "challenge", 334))


def test_a_half_that_only_a_later_reply_gives_away_is_redacted_again() -> None:
    halves = {"challenge": (334, ("it begins with hunt",)), "AUTH": (535, ("it ends with er2",))}
    timeline, _ = run_with("LOGIN", halves, "hunter2")
    assert f"334 {withheld('it begins with hunt')}" in said(timeline, Party.SERVER)
    assert str(failure_of(timeline).reply) == f"535 {withheld('it ends with er2')}"


def test_a_challenge_that_holds_the_password_is_answered() -> None:
    challenge = ("<1896.697170952@postoffice.reston.mci.net>",)
    timeline, shown = run_with("CRAM-MD5", said_at("challenge", "CRAM-MD5", 334, challenge), "postoffice")
    assert timeline.ok
    assert "postoffice" not in shown


@pytest.mark.parametrize("secret", ["5.7.8", "578", "7.8 hunter2"])
def test_a_code_with_digits_of_the_password_is_not_shown(secret: str) -> None:
    timeline, _ = run_with("PLAIN", {"AUTH": (535, ("5.7.8 hunter2 is wrong",))}, secret)
    assert secret not in everything_shown(timeline)
    assert isinstance(reply := failure_of(timeline).reply, Reply)
    assert reply.enhanced_code == ""
