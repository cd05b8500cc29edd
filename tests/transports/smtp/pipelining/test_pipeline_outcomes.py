"""The outcomes of mails in a batch are what the server knows of them, whatever it does."""

from conversations import generic, mail_to, session_context
from hypothesis import given, settings
from hypothesis import strategies as st
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import Peer, ScriptedServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Timeline
from smtp_desktop.transports.smtp.connection import SmtpConnection

REFUSALS = {
    "RCPT TO:<nobody": "550 5.1.1 nobody of that name",
    "RCPT TO:<later": "450 4.2.1 later",
    "MAIL FROM:<chief": "553 5.7.1 not you",
}
OUTCOMES = ("good", "nobody", "later", "spam", "fatal", "chief")


def at_content(mail_script: MailScript, peer: Peer) -> str:
    if mail_script.recipients[0].startswith("spam"):
        return "554 5.7.1 spam"
    if mail_script.recipients[0].startswith("fatal"):
        peer.hang_up()
    return ""


def sent_by(server: ScriptedServer, outcomes: list[str]) -> list[Timeline | None]:
    """Returns what timelines of mails that are to have these outcomes, in batches as large as there is room for."""
    connection = SmtpConnection(session_context(generic(server.port)))
    assert connection.send(mail_to("first@example.com"), cancel=Cancel(), on_step=lambda _: None).ok
    mails = [
        mail_to(f"{outcome}{number}@example.com", sender=f"{'chief' if outcome == 'chief' else 'boss'}@example.com")
        for number, outcome in enumerate(outcomes)
    ]
    timelines: list[Timeline | None] = []
    while connection.room > 1 and len(timelines) < len(mails):
        timelines += connection.send_many(mails[len(timelines) : len(timelines) + connection.room], cancel=Cancel())
    connection.close()
    return timelines


@settings(max_examples=30, deadline=None)  # each has a server and its threads
@given(
    outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=12),
    offers=st.sampled_from([("PIPELINING", "CHUNKING"), ("PIPELINING",)]),
    discards=st.sampled_from(["always", "once", "never"]),
)
def test_outcomes_are_what_the_server_knows(outcomes: list[str], offers: tuple[str, ...], discards: str) -> None:
    mail_script = MailScript(offers, REFUSALS, discards=discards == "always", discards_once=discards == "once")
    mail_script.at_content = lambda peer, _number: at_content(mail_script, peer)
    with ScriptedServer(mail_script) as server:
        timelines = sent_by(server, outcomes)
    taken = [mail.recipients[0].partition("@")[0] for mail in mail_script.taken]
    assert len(set(taken)) == len(taken)
    for number, (outcome, timeline) in enumerate(zip(outcomes, timelines, strict=False)):
        if timeline is None:
            assert f"{outcome}{number}" not in taken
        elif timeline.failure is None:
            assert outcome == "good"
            assert f"{outcome}{number}" in taken
        elif timeline.failure.reply:
            assert outcome in {"nobody", "later", "spam", "chief"}
            assert f"{outcome}{number}" not in taken
    if discards == "always" and "fatal" not in outcomes:
        assert [timeline is not None and timeline.ok for timeline in timelines] == [
            outcome == "good" for outcome in outcomes
        ]
