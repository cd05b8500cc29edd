from dataclasses import replace
from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.mail.address import BadAddress, parse_address
from smtp_desktop.domain.mail.message import Attachment, Message, MessageBytes, RawMessage, TemplateMessage, unique
from smtp_desktop.domain.smtp.identity import identity_of, mail_of
from smtp_desktop.domain.smtp.profile import EnvelopeSender, GenericServer, ProfileId, SmtpProfile

ANN, BO, CY = (parse_address(f"{name}@x.example") for name in ("ann", "bo", "cy"))
SERVER = GenericServer(host_name="smtp.x.example", user_name="desk@x.example")
PROFILE = SmtpProfile(id=ProfileId("1"), name="Desk", server=SERVER, signature="Yours\n<Desk>\n")
MESSAGE = TemplateMessage(
    to=(ANN,),
    cc=(BO,),
    bcc=(CY,),
    subject="Backup",
    message_id="<1@x.example>",
    date=datetime(2026, 11, 23, tzinfo=UTC),
    text="Done",
    attachments=(Attachment(name="a", content=b"1"),),
)


def message_of(message, profile=PROFILE):
    message = mail_of(message, profile, message.recipients).message
    assert isinstance(message, Message)
    return message


def test_everyone_gets_it_once():
    named = parse_address("Ann <ann@x.example>")
    message = replace(MESSAGE, to=(named, BO), cc=(ANN, CY), bcc=(BO, CY))
    assert message.recipients == (named, BO, CY)
    assert unique(()) == ()


def test_bcc_is_in_the_envelope_alone():
    mail = mail_of(MESSAGE, PROFILE, MESSAGE.recipients)
    assert mail.envelope.recipients == (ANN, BO, CY)
    assert mail.envelope.sender.spec == "desk@x.example"
    assert mail.message == Message(
        header_from=parse_address("desk@x.example"),
        to=(ANN,),
        cc=(BO,),
        subject="Backup",
        text="Done\n\n-- \nYours\n<Desk>\n",
        message_id="<1@x.example>",
        date=MESSAGE.date,
        attachments=MESSAGE.attachments,
    )


def test_it_may_go_to_fewer_than_all():
    mail = mail_of(MESSAGE, PROFILE, (BO,))
    assert mail.envelope.recipients == (BO,)
    assert mail.message.to == (ANN,)


def test_the_smtp_says_who_it_is_from():
    profile = replace(PROFILE, from_address="Desk <from@x.example>")
    mail = mail_of(MESSAGE, profile, (ANN,))
    assert (mail.envelope.sender.spec, str(mail.message.header_from)) == ("desk@x.example", '"Desk" <from@x.example>')
    own = replace(profile, server=replace(SERVER, envelope_sender=EnvelopeSender.FROM))
    assert mail_of(MESSAGE, own, (ANN,)).envelope.sender.spec == "from@x.example"


def test_an_smtp_without_any_address_is_refused():
    with pytest.raises(BadAddress):
        mail_of(MESSAGE, replace(PROFILE, server=replace(SERVER, user_name="apikey")), (ANN,))


class TestSignature:
    def test_html_gets_it_escaped_inside_the_body(self):
        message = message_of(replace(MESSAGE, text="", html="<html><body><p>Hi</p></body></html>"))
        assert message.html == "<html><body><p>Hi</p><div>-- <br>Yours<br>&lt;Desk&gt;</div></body></html>"
        assert message.text == ""

    def test_html_without_a_body_gets_it_at_the_end(self):
        assert message_of(replace(MESSAGE, html="<p>Hi</p>")).html == (
            "<p>Hi</p><div>-- <br>Yours<br>&lt;Desk&gt;</div>"
        )

    def test_both_bodies_get_it(self):
        message = message_of(replace(MESSAGE, html="<p>"))
        assert message.text.endswith("<Desk>\n")
        assert message.html.endswith("&lt;Desk&gt;</div>")

    def test_none_is_added_where_there_is_none(self):
        message = message_of(replace(MESSAGE, html="<p>"), replace(PROFILE, signature=" \n"))
        assert (message.text, message.html) == ("Done\n", "<p>")

    def test_a_mail_with_an_empty_text_has_it(self):
        assert message_of(replace(MESSAGE, text="")).text == "\n\n-- \nYours\n<Desk>\n"


class TestRawMessage:
    MESSAGE = RawMessage(raw=b"Subject: x\n\nBody\n", recipients=(ANN,), message_id="<2@x.example>")

    def test_it_stays_as_it_is(self):
        mail = mail_of(self.MESSAGE, PROFILE, (ANN,))
        own = identity_of(PROFILE).header_from  # where it has no From
        assert mail.message == MessageBytes(raw=self.MESSAGE.raw, message_id="<2@x.example>", header_from=own)
        assert mail.envelope.sender.spec == "desk@x.example"

    def test_its_own_sender_comes_first(self):
        assert mail_of(replace(self.MESSAGE, sender=BO), PROFILE, (ANN,)).envelope.sender == BO
