import re
from contextlib import closing
from email import message_from_bytes

import pytest
from fakes.databases import opened_database
from hypothesis import example, given, settings
from hypothesis import strategies as st
from services.outbox_harness import NOW, OutboxHarness

from smtp_desktop.domain.errors import FieldErrors, NoSmtp, NoSuchProfile
from smtp_desktop.domain.mail.address import NULL_SENDER, parse_address
from smtp_desktop.domain.mail.message import RawMessage
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services import outbox_entries
from smtp_desktop.services.raw_message import RawEnvelope, raw_message

FULL = (
    b"From: Ann <ann@from.example>\r\nTo: a@x.example,\r\n\tB <b@x.example>\r\nCc: a@x.example\r\n"
    b"Bcc: c@x.example,\r\n d@x.example\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n  two\r\nMessage-ID: <own@x.example>\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nX-Bcc: kept\r\n\r\nBcc: in the body\r\n\xff raw\r\n"
)


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "smtp-desktop.db")) as database:
        harness = OutboxHarness(database)
        harness.has_smtp()
        yield harness


def submitted(harness, raw, **given):
    delivery = harness.outbox.submit(raw, RawEnvelope(**given), smtp_id=None)
    message = harness.store.message(delivery.id)
    assert isinstance(message, RawMessage)
    return message


def refused(harness, raw, **given):
    with pytest.raises(FieldErrors) as caught:
        harness.outbox.submit(raw, RawEnvelope(**given), smtp_id=None)
    assert harness.outbox.counts().total == 0
    (error,) = caught.value.errors
    return error.field


def raw_message_of(raw, recipients=("r@x.example",)):
    return raw_message(
        raw,
        RawEnvelope(recipients=recipients),
        now=NOW,
        limit_bytes=10_000_000,
        new_message_id=lambda _: "<new@x.example>",
    )


class TestBytes:
    def test_only_bcc_is_removed(self, harness):
        bcc = b"Bcc: c@x.example,\r\n d@x.example\r\n"
        assert submitted(harness, FULL).raw == FULL.replace(bcc, b"")

    def test_missing_fields_are_added_with_the_messages_line_ends(self, harness):
        message = submitted(harness, b"To: a@x.example\nbCC : b@x.example\n\nHi\n")
        assert message.message_id.endswith("@main.example>")
        assert message.raw == (
            f"Message-ID: {message.message_id}\nDate: Mon, 23 Nov 2026 12:00:00 +0000\nTo: a@x.example\n\nHi\n".encode()
        )
        assert [address.spec for address in message.recipients] == ["a@x.example", "b@x.example"]

    def test_the_message_id_has_the_domain_of_from(self, harness):
        message = submitted(harness, b"From: x@own.example\r\nTo: a@x.example\r\n\r\n")
        assert message.message_id.endswith("@own.example>")

    def test_empty_fields_are_filled(self, harness):
        message = submitted(harness, b"To: a@x.example\r\nMessage-ID:\r\nDate: \r\n\r\nHi")
        parsed = message_from_bytes(message.raw)
        assert parsed.get_all("Message-ID") == [message.message_id]
        assert parsed.get_all("Date") == ["Mon, 23 Nov 2026 12:00:00 +0000"]

    @pytest.mark.parametrize(
        ("raw", "body"),
        [
            (b"To: a@x.example", b""),
            (b"To: a@x.example\n", b""),
            (b"To: a@x.example\r\rHi\r", b"Hi\r"),
            (b"To: a@x.example\nHi there\nCc: z@x.example\n", b"Hi there\nCc: z@x.example\n"),
            (b"Hi there\nBcc: z@x.example\n", b"Hi there\nBcc: z@x.example\n"),
            (b"\nHi\n", b"Hi\n"),
            (b"Hi\n", b"Hi\n"),
            (b"From me@x.example Mon Nov 23 10:00:00 2026\nTo: a@x.example\n\nHi\n", b"Hi\n"),
        ],
    )
    def test_header_and_body_stay_separate(self, raw, body):
        message = raw_message_of(raw)
        parsed = message_from_bytes(message.raw)
        assert parsed["Message-ID"] == "<new@x.example>"
        assert parsed["Bcc"] is None
        assert parsed.get_payload().encode() == body.replace(b"\r", b"\n") or parsed.get_payload().encode() == body

    def test_folded_lines_of_blanks_belong_to_their_field(self):
        message = raw_message_of(
            b"Bcc: a@x.example,\r\n \t\r\n b@x.example\r\nTo: c@x.example\r\n\r\nHi", recipients=()
        )
        assert [address.spec for address in message.recipients] == ["c@x.example", "a@x.example", "b@x.example"]
        assert b"b@x.example" not in message.raw

    def test_the_subject_is_read_for_the_list(self, harness):
        delivery = harness.outbox.submit(FULL, RawEnvelope(), smtp_id=None)
        assert delivery.subject == "Café  two"
        assert delivery.size_bytes == len(harness.store.message(delivery.id).raw)


class TestRecipients:
    def test_they_are_those_of_the_header_each_once(self, harness):
        message = submitted(harness, FULL)
        assert [address.spec for address in message.recipients] == [f"{name}@x.example" for name in "abcd"]

    def test_given_recipients_replace_them(self, harness):
        message = submitted(harness, FULL, recipients=["Z <z@x.example>", "z@x.example"])
        assert [address.spec for address in message.recipients] == ["z@x.example"]
        assert b"Bcc: c@" not in message.raw

    def test_several_to_fields_groups_and_international_addresses_are_read(self, harness):
        raw = (
            'To: a@x.example\r\nTo: Team: b@x.example, "C, D" <c@x.example>;\r\n'
            "Cc: undisclosed-recipients:;\r\nBcc: jürgen@bücher.example\r\n\r\n"
        ).encode()
        specs = [address.spec for address in submitted(harness, raw).recipients]
        assert specs == ["a@x.example", "b@x.example", "c@x.example", "jürgen@xn--bcher-kva.example"]

    @pytest.mark.parametrize(
        "header",
        [b"Subject: x", b"To:", b"To: undisclosed-recipients:;", b"To: nobody", b"To: a@x.example, <", b"Cc: a@@x"],
    )
    def test_without_a_valid_one_it_is_refused(self, harness, header):
        assert refused(harness, header + b"\r\n\r\nHi") == "to"

    def test_an_invalid_given_one_is_refused(self, harness):
        assert refused(harness, FULL, recipients=["a@x.example", "nobody"]) == "to"

    @pytest.mark.parametrize(
        ("header", "names"),
        [
            ("To: a@x.example; b@x.example", "ab"),
            ("To: Jo <a@x.example>, b@x.example; c@x.example", "abc"),
            ("To: old@x.example\nResent-To: a@x.example\nResent-Bcc: b@x.example\nResent-Cc: c@x.example", "acb"),
            ("Resent-To: a@x.example\nReceived: x\nResent-To: old@x.example\nTo: old@x.example", "a"),
            ("Resent-Cc: a@x.example\nResent-From: x@x.example\nResent-Cc: old@x.example\nTo: old@x.example", "a"),
            ("Resent-From: x@x.example\nTo: a@x.example", "a"),
            ("To: a@x.example, A@X.example, a@x.Example", "a"),
        ],
    )
    def test_all_of_them_get_it(self, header, names):
        message = raw_message_of(header.encode() + b"\n\nHi\n", recipients=())
        assert [address.spec for address in message.recipients] == [f"{name}@x.example" for name in names]
        assert b"bcc" not in message.raw.lower()

    def test_some_that_can_t_be_read_are_never_left_out(self, harness):
        assert refused(harness, b"To: a@x.example, <b@x.example> <c@x.example>\n\nHi") == "to"
        assert refused(harness, b"To: a@x.example\nBcc: nobody\n\nHi") == "to"

    def test_given_ones_can_come_on_top(self, harness):
        message = submitted(harness, FULL, recipients=["y@x.example; z@x.example"], from_header=True)
        assert [address.spec for address in message.recipients] == [f"{name}@x.example" for name in "yzabcd"]


class TestProlog:
    @pytest.mark.parametrize(
        "prolog",
        [
            *(b"\n", b"\r\n\r\n", b" \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n"),
            *(b"From a@x Mon Nov 23 10:00:00 2026\n", b">From a@x Mon\n", b"\n>From a@x Mon\r\nFrom b@x\n"),
        ],
    )
    def test_is_skipped(self, prolog):
        message = raw_message_of(prolog + b"To: a@x.example\nBcc: b@x.example\nSubject: x\n\nHi\n", recipients=())
        assert [address.spec for address in message.recipients] == ["a@x.example", "b@x.example"]
        parsed = message_from_bytes(message.raw)
        assert (parsed["Subject"], parsed["Bcc"], parsed.get_payload()) == ("x", None, "Hi\n")

    @pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_utf_16_is_refused(self, codec):
        raw = "To: a@x.example\r\nSubject: Grüße\r\n\r\nHi\r\n".encode(codec)
        with pytest.raises(FieldErrors, match="UTF-16"):
            raw_message_of(raw)

    @pytest.mark.parametrize("raw", [b"To: a@x.example\n\nx\0y", b"To: a@x.example\n\n\r\n\0.\r\n"])
    def test_nul_is_refused(self, raw):
        with pytest.raises(FieldErrors, match="NUL"):
            raw_message_of(raw)

    def test_a_header_that_is_broken_off_hides_no_bcc(self):
        raw = b"To: a@x.example\nno field\nBcc: b@x.example\n\nHi\n"
        with pytest.raises(FieldErrors, match="no field"):
            raw_message_of(raw)


class TestSender:
    def test_can_be_nobody(self, harness):
        assert submitted(harness, FULL, sender="<>").sender == NULL_SENDER

    def test_has_a_name_for_a_missing_from(self, harness):
        assert submitted(harness, FULL, sender_name="Jörg\n=?x").sender_name == "Jörg = ?x"


class TestRefused:
    @pytest.mark.parametrize("raw", [b"", b"\r\n \n", b"To: a@x.example\0\r\n\r\nHi"])
    def test_no_message(self, harness, raw):
        assert refused(harness, raw, recipients=["a@x.example"]) == "message"

    def test_a_message_that_is_too_large(self, harness, monkeypatch):
        monkeypatch.setattr(outbox_entries, "ATTACHMENTS_LIMIT_BYTES", len(FULL) - 1)
        assert refused(harness, FULL) == "message"
        monkeypatch.setattr(outbox_entries, "ATTACHMENTS_LIMIT_BYTES", len(FULL))
        assert submitted(harness, FULL)

    def test_a_header_without_end(self, harness):
        assert refused(harness, b"To: a@x.example\r\n" + b"X: y\r\n" * 200_000) == "message"

    def test_a_bad_sender(self, harness):
        assert refused(harness, FULL, sender="nobody") == "sender"

    def test_no_smtp(self, harness):
        harness.profiles.delete(ProfileId("main"), new_default=None)
        with pytest.raises(NoSmtp):
            harness.outbox.submit(FULL, RawEnvelope(), smtp_id=None)
        with pytest.raises(NoSuchProfile):
            harness.outbox.submit(FULL, RawEnvelope(), smtp_id=ProfileId("main"))
        assert harness.outbox.counts().total == 0


def test_the_sender_is_the_given_one_or_the_smtps(harness):
    assert submitted(harness, FULL).sender is None
    assert submitted(harness, FULL, sender=" bounce@x.example ").sender == parse_address("bounce@x.example")


def test_it_is_bound_to_the_given_smtp(harness):
    bound = harness.has_smtp("Bound", default=False)
    delivery = harness.outbox.submit(FULL, RawEnvelope(), smtp_id=bound.id)
    assert (delivery.smtp_id, delivery.activity_id, delivery.message_id) == (bound.id, None, "<own@x.example>")


HEADER = st.lists(
    st.sampled_from(
        [
            *(b"To: ", b"Cc:", b"bcc: ", b"BCC :", b"Subject: ", b"Message-ID: ", b"Date: ", b"From: ", b"X-Y: ", b" "),
            *(
                b"\r\n",
                b"\n",
                b"\r",
                b"\r\n\r\n",
                b"\t",
                b"a@x.example",
                b"<b@x.example>",
                b",",
                b";",
                b":",
                b'"',
                b"(",
            ),
            *(b")", b"<", b">", b"@", b"[", b"]", b"\\", b"=?utf-8?q?", b"?=", b"=?x?b?", b"=0D=0A", b"\xff", b"\x0b"),
            *(b"\xc3\xa9", b"\xe2\x80\xa8", b"\x85", b".", b"x", b"=?", b"Team:", b"\0"),
        ]
    ),
    max_size=30,
).map(b"".join)


@settings(deadline=None, max_examples=200)
@given(raw=HEADER, own=st.booleans())
@example(raw=b"a@x.exampleBCC :\r\nDate: To: ", own=False)
def test_no_header_crashes_and_no_bcc_stays(raw, own):
    try:
        message = raw_message_of(raw, recipients=() if own else ("r@x.example",))
    except FieldErrors:
        return
    # Python's parser reads a field with a blank before its colon as the first line of the body, unlike mail servers.
    parsed = message_from_bytes(re.sub(rb"(?m)^([!-9;-~]+)[ \t]+:", rb"\1:", message.raw))
    assert parsed["Bcc"] is None
    assert len(parsed.get_all("Message-ID")) >= 1
    assert parsed["Date"]
    assert message.recipients
    message.subject.encode()
    message.message_id.encode()
