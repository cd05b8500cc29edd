"""The timeline of a mail that was sent in a batch."""

import base64

import pytest
from contracts.transport_contract import a_mail
from conversations import mail_to, said
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.diagnosis.conversation import Party
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.pipelined_transaction import Command, Log, PipelinedTransaction
from smtp_desktop.transports.smtp.prepared_message import prepare
from smtp_desktop.transports.smtp.protocol import Capabilities, RawReply
from smtp_desktop.transports.smtp.shown_replies import ShownReplies


def accepted(mail: Mail, *commands: Command) -> PipelinedTransaction:
    """Returns the transaction of `mail` once the server has accepted it; every reply has two lines."""
    log: Log = [(1.0, "RSET"), (2.0, RawReply(250, ("2.0.0", "flushed")))]
    one = PipelinedTransaction(prepare(mail, Capabilities()), log)
    for number, command in enumerate(commands):
        one.note_command(f"line {number}", command, at_s=3.0 + number)
    for number, command in enumerate(commands):
        code = 354 if command is Command.DATA else 250
        assert one.note_reply(RawReply(code, ("2.1.0", "fine", f"as {number}")), at_s=10.0 + number)
    return one


@pytest.mark.parametrize(
    ("mail", "commands"),
    [
        (a_mail(), (Command.MAIL, Command.RCPT, Command.CONTENT)),
        (a_mail(), (Command.RSET, Command.MAIL, Command.RCPT, Command.DATA, Command.CONTENT)),
        (
            mail_to("a@example.com", "b@example.com"),
            (Command.RSET, Command.MAIL, Command.RCPT, Command.RCPT, Command.CONTENT),
        ),
    ],
)
def test_the_short_way_gives_the_same_timeline_as_the_long_one(mail: Mail, commands: tuple[Command, ...]) -> None:
    short = accepted(mail, *commands).timeline(
        SecretRedactor(), clean=ShownReplies(), in_sync=True, maybe_accepted=True
    )
    long = accepted(mail, *commands)
    long.has_refusals = True  # so that it takes the long way
    assert short == long.timeline(SecretRedactor(), clean=ShownReplies(), in_sync=True, maybe_accepted=True)
    assert short is not None
    assert said(short, Party.SERVER)[:3] == ["250 2.0.0 flushed", "250-2.1.0 fine", "250 2.1.0 as 0"]


SECRET = "horse-4711"
PARTS = (
    *("horse", "-47", "11", "hor", "se-", "HORSE", "4711", "h o r s e", "se-4711", "ho", "711"),
    *(base64.b64encode(SECRET.encode()).decode(), base64.b64encode(b"\0boss\0" + SECRET.encode()).decode()[:14]),
    *("%68orse", "Ok", "queued as 4711", "2.1.0", "", "recipient fine"),
)


@given(mails=st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5), min_size=1, max_size=4))
def test_replies_that_are_clean_together_are_clean_one_by_one(mails: list[list[str]]) -> None:
    """That is why the replies to many mails may be searched at once."""

    def is_clean(texts: list[str]) -> bool:
        redactor = SecretRedactor()
        redactor.add_secrets((SECRET,))
        return redactor.redact_all(tuple(texts)) == tuple(texts)

    if is_clean([text for mail in mails for text in mail]):
        assert all(map(is_clean, mails))
