"""A server that has heard the password in an earlier conversation may say it from its first word on: nobody sees it."""

import echo_server
import pytest
from contracts.prober_contract import BOSS
from conversations import CURIOUS, converse, failure_of, generic, mail_to, said
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.smtp.scripted import Peer, ScriptedServer, greet, quit_politely
from shown import everything_shown

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Party, Step, Timeline
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.smtp.transport import SmtpTransport

SECRET = "kan4rien-Vogel!77"


def everything_said(place: str, words: tuple[str, ...], authority: Authority) -> tuple[Timeline, str]:
    """Returns the timeline of a mail to a server that says `words` at `place`, and all that is shown of it."""
    steps: list[Step] = []
    context = echo_server.contexts(place, " ".join(words), authority)
    with ScriptedServer(echo_server.echo(place, words, context)) as server:
        timeline = converse(
            generic(server.port, tls=True, auth_required=True),
            mail=mail_to("a@example.com"),
            password=SECRET,
            on_step=steps.append,
        )
    live = "\n".join(step.detail for step in steps)
    return timeline, f"{live}\n{everything_shown(timeline)}"


@pytest.mark.parametrize("place", echo_server.PLACES)
def test_no_password_is_shown_wherever_it_is_said(place: str, trusted: Authority) -> None:
    timeline, shown = everything_said(place, (f"no {SECRET} here",), trusted)
    bare = "".join(filter(str.isalnum, shown.lower()))
    assert "kan4rienvogel77" not in bare
    assert "characters withheld: they contain a secret]" in shown
    assert timeline.transcript


@pytest.mark.long
@pytest.mark.parametrize("encoding", echo_server.ENCODINGS)
@pytest.mark.parametrize("place", echo_server.PLACES)
def test_no_password_is_shown_however_it_is_said(place: str, encoding: str, trusted: Authority) -> None:
    words = echo_server.ENCODINGS[encoding](SECRET)
    _, shown = everything_said(place, (words,), trusted)
    bare = "".join(filter(str.isalnum, shown.lower()))
    assert "".join(filter(str.isalnum, words.lower())) not in bare


def test_what_the_server_offers_counts_though_it_is_not_shown() -> None:
    def script(peer: Peer) -> None:
        greet(peer, f"AUTH PLAIN {SECRET}", f"SIZE 35882577 {SECRET}")
        peer.expect("AUTH PLAIN")
        peer.send("235 welcome")
        quit_politely(peer)

    with ScriptedServer(script) as server:
        timeline = converse(generic(server.port, auth_required=True), password=SECRET)
    assert timeline.ok
    assert SECRET not in everything_shown(timeline)
    assert "250-scripted.test" in said(timeline, Party.SERVER)


def test_a_search_for_settings_shows_no_password_that_the_server_does_not_get() -> None:
    def script(peer: Peer) -> None:
        peer.send(f"554 {SECRET} again?")

    with ScriptedServer(script) as server:
        timeline = SmtpTransport(limits=CURIOUS, pipelining_denylist=MemoryPipeliningDenylist()).probe(
            generic(server.port, auth_required=True),
            password=None,
            sender=BOSS,
            known_mode=None,
            cancel=Cancel(),
            unsent_password=Secret(SECRET),
        )
    assert failure_of(timeline).reply is not None
    assert SECRET not in everything_shown(timeline)
