"""What is told of mails that are sent at once is what the server knows of them, whatever it does."""

from conversing import PATIENT, generic, mail_to
from fakes.small import MemoryPipeliningDenylist
from hypothesis import given, settings
from hypothesis import strategies as st
from servers.desk import Desk
from servers.scripted import Peer, ScriptedServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.transports.smtp.connection import SmtpConnection

REFUSALS = {
    "RCPT TO:<nobody": "550 5.1.1 nobody of that name",
    "RCPT TO:<later": "450 4.2.1 later",
    "MAIL FROM:<chief": "553 5.7.1 not you",
}
FATES = ("good", "nobody", "later", "spam", "fatal", "chief")


def at_content(desk: Desk, peer: Peer) -> str:
    if desk.recipients[0].startswith("spam"):
        return "554 5.7.1 spam"
    if desk.recipients[0].startswith("fatal"):
        peer.hang_up()
    return ""


def sent_by(server: ScriptedServer, fates: list[str]) -> list[Timeline | None]:
    """Returns what became of mails with these fates, as many at once as there is room for."""
    line = SmtpConnection(
        generic(server.port),
        password=None,
        known_mode=None,
        limits=PATIENT,
        pipelining_denylist=MemoryPipeliningDenylist(),
    )
    assert line.send(mail_to("first@example.com"), cancel=Cancel(), on_step=lambda _: None).ok
    mails = [
        mail_to(
            f"{disposition}{number}@example.com", sender=f"{'chief' if disposition == 'chief' else 'boss'}@example.com"
        )
        for number, disposition in enumerate(fates)
    ]
    became: list[Timeline | None] = []
    while line.room > 1 and len(became) < len(mails):
        became += line.send_many(mails[len(became) : len(became) + line.room], cancel=Cancel())
    line.close()
    return became


@settings(max_examples=30, deadline=None)  # each has a server and its threads
@given(
    fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=12),
    offers=st.sampled_from([("PIPELINING", "CHUNKING"), ("PIPELINING",)]),
    swallows=st.sampled_from(["always", "once", "never"]),
)
def test_what_is_told_is_what_the_server_knows(fates: list[str], offers: tuple[str, ...], swallows: str) -> None:
    desk = Desk(offers, REFUSALS, swallows=swallows == "always", swallows_once=swallows == "once")
    desk.at_content = lambda peer, _number: at_content(desk, peer)
    with ScriptedServer(desk) as server:
        became = sent_by(server, fates)
    taken = [mail.recipients[0].partition("@")[0] for mail in desk.taken]
    assert len(set(taken)) == len(taken)
    for number, (disposition, timeline) in enumerate(zip(fates, became, strict=False)):
        if timeline is None:
            assert f"{disposition}{number}" not in taken
        elif timeline.failure is None:
            assert disposition == "good"
            assert f"{disposition}{number}" in taken
        elif timeline.failure.reply:
            assert disposition in {"nobody", "later", "spam", "chief"}
            assert f"{disposition}{number}" not in taken
    if swallows == "always" and "fatal" not in fates:
        assert [timeline is not None and timeline.ok for timeline in became] == [
            disposition == "good" for disposition in fates
        ]
