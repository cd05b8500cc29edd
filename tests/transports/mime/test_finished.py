"""Finished messages as one server can take them: what changes, and that nothing else does."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import MessageBytes
from smtp_desktop.transports.mime.compose import compose
from smtp_desktop.transports.mime.header_values import BadMail

OWN = parse_address("The Desk <desk@company.example>")


def composed(raw: bytes | str, *, seven_bit: bool = True, smtputf8: bool = False) -> bytes:
    raw = raw.encode() if isinstance(raw, str) else raw
    message = MessageBytes(raw=raw, message_id="<1@example.com>", header_from=OWN)
    return compose(message, seven_bit=seven_bit, smtputf8=smtputf8)


def read(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


class TestFrom:
    def test_is_added_where_there_is_none(self) -> None:
        assert composed(b"Subject: x\n\nhi\n") == b"From: The Desk <desk@company.example>\r\nSubject: x\r\n\r\nhi\r\n"

    @pytest.mark.parametrize(
        ("given", "name"),
        [("root (Cron Daemon)", "Cron Daemon"), ("Jörg <root>", "Jörg"), ("root", "root"), ("", "The Desk")],
    )
    def test_of_a_user_of_the_computer_becomes_an_address(self, given: str, name: str) -> None:
        assert read(composed(f"From: {given}\nSubject: x\n\nhi\n"))["From"] == f"{name} <desk@company.example>"

    def test_stays_as_it_is(self) -> None:
        raw = b"From:  a@x.example ( odd )\r\nSubject: x\r\n\r\nhi\r\n"
        assert composed(raw) == raw


class TestHeaders:
    @pytest.mark.parametrize("smtputf8", [False, True])
    @pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
    def test_of_8_bit_are_encoded_and_mean_the_same(self, charset: str, smtputf8: bool) -> None:
        raw = (
            'From: Jörg Müller <j@x.example>\nTo: "Größe, A." <a@x.example>, Team: b@x.example (Bö);\n'
            "Subject: Grüße  an alle =?utf-8?q?=C3=A4?= b\nX-Note: 50 €\nReply-To: c@bücher.example\n\nhi\n"
        )
        content = composed(raw.encode(charset), smtputf8=smtputf8, seven_bit=not smtputf8)
        mail = read(content)
        assert content.isascii() is not smtputf8
        assert mail["From"] == "Jörg Müller <j@x.example>"
        name = mail["To"].addresses[0].display_name.encode(errors="surrogateescape").decode()
        assert name == "Größe, A."
        assert [one.addr_spec for one in mail["To"].addresses] == ["a@x.example", "b@x.example"]
        assert mail["X-Note"] == "50 €"
        if not smtputf8:
            assert mail["Subject"] == "Grüße  an alle ä b"
            assert mail["Reply-To"] == "c@xn--bcher-kva.example"

    def test_names_of_files_are_encoded(self) -> None:
        part = (
            'Content-Type: application/pdf; name="Größe 1.pdf"\nContent-Disposition: attachment; filename=Größe.pdf\n'
        )
        raw = f"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{part}\nx\n--b--\n"
        (file,) = read(composed(raw)).iter_attachments()
        assert file.get_filename() == "Größe.pdf"
        assert file["Content-Type"].params["name"] == "Größe 1.pdf"

    def test_of_an_international_address_stay(self) -> None:
        content = composed("From: jörg@x.example\nSubject: Größe\n\nhi\n", smtputf8=True)
        assert content.startswith("From: jörg@x.example\r\nSubject: Größe\r\n".encode())

    @pytest.mark.parametrize(
        "line",
        [
            "To: Größe, x <a@x.example>",
            "To: Größe <a@x",
            "Cc: ü",
            "Subject: =?x-no?q?=FF?= ü",
            "Received: ü (ü) <ü>",
            "Ü: x",
        ],
    )
    def test_that_are_broken_are_ascii_all_the_same(self, line: str) -> None:
        assert composed(f"From: a@x.example\n{line}\n\nhi\n").isascii()

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("a@x.example; B <b@x.example>;", "a@x.example, B <b@x.example>"),
            ("a@x.example b@x.example", "a@x.example, b@x.example"),
            ('"N; x" <a@x.example>', '"N; x" <a@x.example>'),
            ("Team: a@x.example, b@x.example;", "Team: a@x.example, b@x.example;"),
            ("a@x.example, b@x.example (c)", "a@x.example, b@x.example (c)"),
            ("a@x.example; nobody", "a@x.example; nobody"),
        ],
    )
    def test_of_several_addresses_have_commas(self, written: str, expected: str) -> None:
        raw = f"From: a@x.example\nTo: {written}\n\nhi\n".encode()
        assert composed(raw) == raw.replace(written.encode(), expected.encode()).replace(b"\n", b"\r\n")

    def test_with_a_blank_ahead_of_the_colon_lose_it(self) -> None:
        assert composed(b"From: a@x.example\nSubject\t: x : y\n\nhi\n").splitlines()[1] == b"Subject: x : y"

    def test_that_hide_a_line_end_add_none(self) -> None:
        mail = read(composed("From: a@x.example\nSubject: ü =?utf-8?q?a=0D=0ABcc:_e@x.example?=\n\nhi\n"))
        assert mail["Bcc"] is None
        assert mail["Subject"] == "ü a Bcc: e@x.example"


class TestBodies:
    @pytest.mark.parametrize("seven_bit", [False, True])
    @pytest.mark.parametrize(
        ("head", "body", "charset"),
        [
            ("", "Grüße\n".encode(), "utf-8"),
            ("", "Grüße €\n".encode("windows-1252"), "windows-1252"),
            ("", b"\x81\xff\n", "iso-8859-1"),
            ("MIME-Version: 1.0\nContent-Type: text/plain\n", "Grüße\n".encode(), "utf-8"),
            (
                "Content-Type: text/html; charset=us-ascii; x=y\nContent-Transfer-Encoding: 7bit\n",
                b"\xe9\n",
                "windows-1252",
            ),
            ("Content-Type: text; charset=\n", b"\xe9\n", "windows-1252"),
        ],
    )
    def test_of_8_bit_without_a_charset_are_labelled(
        self, head: str, body: bytes, charset: str, seven_bit: bool
    ) -> None:
        content = composed(f"From: a@x.example\n{head}\n".encode() + body, seven_bit=seven_bit)
        mail = read(content)
        assert content.isascii() is seven_bit
        assert mail.get_all("MIME-Version") == ["1.0"]
        assert mail.get_content_charset() == charset
        assert mail["Content-Transfer-Encoding"] in ({"quoted-printable", "base64"} if seven_bit else {"8bit"})
        assert mail.get_content() == body.decode(charset).replace("\n", "\r\n")

    @pytest.mark.parametrize("charset", ["utf8mb4", "x-unknown", "cp-850", "unknown-8bit", "base64", "rot13", "utf-16"])
    def test_in_a_charset_that_nobody_knows_arrive_as_they_were(self, charset: str) -> None:
        head = f"From: a@x.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
        mail = message_from_bytes(composed(head.encode() + b"\xe9\xff x\n"))
        assert mail.get_payload(decode=True) == b"\xe9\xff x\r\n"
        assert mail.get_content_charset() == charset

    def test_with_parts_arrive_as_they_were(self) -> None:
        inner = "From: Jörg <j@x.example>\nSubject: Innen ü\n\nInnen: Grüße\n"
        raw = (
            'From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b 1"\n'
            "Content-Transfer-Encoding: 8bit\n\nvörher\n--b 1\n\nGrüße\n--b 1\nContent-Type: multipart/alternative; "
            "boundary=c\n\n--c\nContent-Type: text/html; charset=utf-8\n\n<p>ü\n--c--\nnachhër\n--b 1 \n"
            f"Content-Type: message/rfc822\n\n{inner}\n--b 1\nContent-Type: application/x\n\n\x80ü\n--b 1--\nëpilog\n"
        )
        content = composed(raw)
        assert content.isascii()
        text, alternative, forwarded, file = read(content).iter_parts()
        assert text.get_content() == "Grüße"
        assert next(alternative.iter_parts()).get_content() == "<p>ü"
        message = forwarded.get_content()
        assert (message["Subject"], message["From"]) == ("Innen ü", "Jörg <j@x.example>")
        assert message.get_content() == "Innen: Grüße\r\n"
        assert file.get_payload(decode=True) == "\x80ü".encode()

    def test_that_lost_their_boundary_are_text(self) -> None:
        raw = "From: a@x.example\nContent-Type: multipart/mixed; boundary=no\n\n--b\n\nGrüße\n--b--\n"
        assert composed(raw, seven_bit=False) == raw.replace("\n", "\r\n").encode()
        mail = read(composed(raw))
        assert mail.get_content() == "--b\r\n\r\nGrüße\r\n--b--\r\n"

    def test_nested_without_end_are_refused(self) -> None:
        raw = b"From: a@x.example\n" + b"Content-Type: message/rfc822\n\n" * 2000 + "ü\n".encode()
        with pytest.raises(BadMail, match="nested"):
            composed(raw)


SIGNED = "multipart/signed; boundary=s; protocol=x"
S_MIME = f"From: a@x.example\nContent-Type: {SIGNED}\n\n--s\n\nGrüße\n--s\nContent-Type: application/x\n\nx\n--s--\n"
DKIM = "DKIM-Signature: v=1; h=from\nFrom: a@x.example\nSubject: x\n\nGrüße\n"


class TestSigned:
    @pytest.mark.parametrize("raw", [S_MIME, DKIM, S_MIME.replace("\n", "\r\n")])
    def test_mails_are_never_changed(self, raw: str) -> None:
        assert composed(raw, seven_bit=False) == raw.replace("\r\n", "\n").replace("\n", "\r\n").encode()

    @pytest.mark.parametrize("raw", [S_MIME, DKIM, f"From: a@x.example\nContent-Type: message/rfc822\n\n{S_MIME}"])
    def test_mails_are_refused_with_the_reason_where_they_would_be(self, raw: str) -> None:
        with pytest.raises(BadMail, match=r"signed .*must not be changed"):
            composed(raw)

    def test_headers_stay_as_odd_as_they_are(self) -> None:
        raw = DKIM.replace("Subject: x", "Subject : x\nTo: a@x.example; b@x.example")
        assert composed(raw, seven_bit=False) == raw.replace("\n", "\r\n").encode()

    def test_headers_stay_with_smtputf8(self) -> None:
        raw = DKIM.replace("Subject: x", "Subject: Größe")
        assert composed(raw, seven_bit=False, smtputf8=True) == raw.replace("\n", "\r\n").encode()


def test_nul_is_never_sent() -> None:
    with pytest.raises(BadMail, match="NUL"):
        composed(b"From: a@x.example\n\na\0b\n")
    assert b"\0" not in composed(b"From: a@x.example\n\n" + b"x" * 3000 + b"\0")
