"""What is told of a mail that was on its way among others."""

import pytest
from contracts.transport_contract import a_mail
from conversing import mail_to, said

from smtp_desktop.domain.conversation import Party
from smtp_desktop.domain.message import Mail
from smtp_desktop.transports.masks import Masks
from smtp_desktop.transports.smtp.protocol import Unmasked
from smtp_desktop.transports.smtp.underway import Asked, Underway


def taken(mail: Mail, *asked: Asked) -> Underway:
    """Returns `mail` when the server has taken it; every answer has two lines."""
    one = Underway(mail.envelope, [(1.0, "RSET"), (2.0, Unmasked(250, ("2.0.0", "flushed")))])
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
    short = taken(mail, *asked).became(Masks(), certain=True, perhaps=True)
    long = taken(mail, *asked)
    long.refusals = True  # so that it is not taken
    assert short == long.became(Masks(), certain=True, perhaps=True)
    assert short is not None
    assert said(short, Party.SERVER)[:3] == ["250 2.0.0 flushed", "250-2.1.0 fine", "250 2.1.0 as 0"]
