"""What is told of a mail that was on its way among others."""

import base64

import pytest
from contracts.transport_contract import a_mail
from conversing import mail_to, said
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.diagnosis.conversation import Party
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.pipelined_transaction import Asked, PipelinedTransaction
from smtp_desktop.transports.smtp.protocol import Unmasked


def taken(mail: Mail, *asked: Asked) -> PipelinedTransaction:
    """Returns `mail` when the server has taken it; every answer has two lines."""
    one = PipelinedTransaction(mail.envelope, [(1.0, "RSET"), (2.0, Unmasked(250, ("2.0.0", "flushed")))])
    for number, what in enumerate(asked):
        one.say(f"line {number}", what, at_s=3.0 + number)
    for number, what in enumerate(asked):
        code = 354 if what is Asked.DATA else 250
        assert one.hear(Unmasked(code, ("2.1.0", "fine", f"as {number}")), at_s=10.0 + number)
    return one


@pytest.mark.parametrize(
    ("mail", "asked"),
    [
        (a_mail(), (Asked.MAIL, Asked.RCPT, Asked.CONTENT)),
        (a_mail(), (Asked.RSET, Asked.MAIL, Asked.RCPT, Asked.DATA, Asked.CONTENT)),
        (mail_to("a@example.com", "b@example.com"), (Asked.RSET, Asked.MAIL, Asked.RCPT, Asked.RCPT, Asked.CONTENT)),
    ],
)
def test_the_short_way_tells_the_same_as_the_long_one(mail: Mail, asked: tuple[Asked, ...]) -> None:
    short = taken(mail, *asked).became(SecretRedactor(), clean=True, certain=True, perhaps=True)
    long = taken(mail, *asked)
    long.refusals = True  # so that it is not taken
    assert short == long.became(SecretRedactor(), clean=True, certain=True, perhaps=True)
    assert short is not None
    assert said(short, Party.SERVER)[:3] == ["250 2.0.0 flushed", "250-2.1.0 fine", "250 2.1.0 as 0"]


SECRET = "horse-4711"
PARTS = (
    *("horse", "-47", "11", "hor", "se-", "HORSE", "4711", "h o r s e", "se-4711", "ho", "711"),
    *(base64.b64encode(SECRET.encode()).decode(), base64.b64encode(b"\0boss\0" + SECRET.encode()).decode()[:14]),
    *("%68orse", "Ok", "queued as 4711", "2.1.0", "", "recipient fine"),
)


@given(mails=st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5), min_size=1, max_size=4))
def test_what_is_clean_all_together_is_clean_one_by_one(mails: list[list[str]]) -> None:
    """That is why the replies to many mails may be looked through at once."""

    def is_clean(words: list[str]) -> bool:
        redactor = SecretRedactor()
        redactor.hide((SECRET,))
        return redactor.clean_all(tuple(words)) == tuple(words)

    if is_clean([words for mail in mails for words in mail]):
        assert all(map(is_clean, mails))
