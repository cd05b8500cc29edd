from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_desktop.domain.diagnosis.conversation import Reply
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.protocol import (
    MAX_LINE_BYTES,
    MAX_REPLY_BYTES,
    Capabilities,
    ProtocolError,
    RawReply,
    ReplyParser,
    UnsafeCommand,
    dot_stuffed,
    ehlo,
    mail_from,
    parse_capabilities,
    rcpt_to,
    redacted,
    wire_line,
)

EVERYTHING = Capabilities(eight_bit=True, smtputf8=True, size_bytes=0)


def replies(*chunks: bytes) -> list[Reply]:
    parser = ReplyParser()
    found = []
    for chunk in chunks:
        parser.feed(chunk)
        while reply := parser.next_reply():
            found.extend(redacted([reply], SecretRedactor()))
    return found


def one(data: bytes) -> Reply:
    (reply,) = replies(data)
    return reply


def test_a_line_is_a_reply() -> None:
    assert one(b"220 mail.test ready\r\n") == Reply(code=220, text=("mail.test ready",))


def test_lines_of_one_reply_belong_together() -> None:
    assert one(b"250-mail.test\r\n250-SIZE 5\r\n250 HELP\r\n").text == ("mail.test", "SIZE 5", "HELP")


def test_the_enhanced_code_is_separate() -> None:
    reply = one(b"535-5.7.8 Not accepted.\r\n535 5.7.8 See help\r\n")
    assert reply == Reply(code=535, enhanced_code="5.7.8", text=("Not accepted.", "See help"))


@pytest.mark.parametrize("line", [b"550 2.1.1 odd", b"354 3.0.0 no class", b"250 2.1.1.1 long", b"250 2.1 short"])
def test_what_only_looks_like_an_enhanced_code_is_text(line: bytes) -> None:
    assert one(line + b"\r\n") == Reply(code=int(line[:3]), text=(line[4:].decode(),))


@pytest.mark.parametrize("line", [b"250\r\n", b"250 \r\n", b"250\n", b"250 \n"])
def test_text_may_be_missing_and_lf_is_enough(line: bytes) -> None:
    assert one(line) == Reply(code=250, text=("",))


def test_empty_lines_ahead_of_a_reply_are_skipped() -> None:
    assert one(b"\r\n\n \r\n250 queued\r\n") == Reply(code=250, text=("queued",))


def test_empty_lines_without_end_are_an_error() -> None:
    with pytest.raises(ProtocolError):
        one(b"\r\n" * MAX_REPLY_BYTES)


@pytest.mark.parametrize("line", [b"HTTP/1.1 400\r\n", b"\0\r\n", b"25 x\r\n", b"199 x\r\n", b"600 x\r\n", b"250x\r\n"])
def test_anything_else_is_an_error(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        replies(line)


def test_a_line_may_not_be_endless() -> None:
    fits = b"250 " + b"x" * (MAX_LINE_BYTES - 6) + b"\r\n"
    assert len(one(fits).words) == MAX_LINE_BYTES - 6
    with pytest.raises(ProtocolError):
        replies(fits[:-2] + b"x\r\n")
    with pytest.raises(ProtocolError):
        replies(b"250 " + b"x" * MAX_LINE_BYTES)


def test_a_reply_may_not_be_endless() -> None:
    line = b"250-" + b"x" * 94 + b"\r\n"
    with pytest.raises(ProtocolError):
        replies(line * (MAX_REPLY_BYTES // len(line) + 1))


def test_a_refusal_is_kept_where_the_server_hung_up_without_a_line_end() -> None:
    parser = ReplyParser()
    parser.feed(b"535-5.7.8 No.\r\n535 5.7.8 Bye")
    assert parser.next_reply() is None
    assert parser.unterminated_refusal() == RawReply(535, ("5.7.8", "No.", "Bye"))


def test_a_truncated_success_does_not_count() -> None:
    parser = ReplyParser()
    parser.feed(b"250 2.0.0 que")
    assert parser.next_reply() is None
    assert parser.unterminated_refusal() is None


def test_no_control_character_reaches_a_terminal() -> None:
    assert one("250 a\x1b[31mb\x07\x9b\u202ec\r\n".encode()).words == "a\ufffd[31mb\ufffd\ufffd\ufffdc"


def test_bytes_that_are_no_utf8_are_no_obstacle() -> None:
    assert one(b"550 Empf\xe4nger\r\n").words == "Empfänger"


LINES = st.lists(
    st.builds(
        lambda code, separator, words, end: f"{code}{separator}{words}".encode() + end,
        st.integers(min_value=200, max_value=599),
        st.sampled_from(" -"),
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=30),
        st.sampled_from([b"\r\n", b"\n"]),
    ),
    max_size=12,
)


@given(lines=LINES, cuts=st.lists(st.integers(min_value=0, max_value=400), max_size=20))
def test_replies_do_not_depend_on_how_bytes_arrive(lines: list[bytes], cuts: list[int]) -> None:
    data = b"".join(lines)
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    chunks = [data[start:end] for start, end in pairwise(bounds)]
    assert replies(*chunks) == replies(data)
    assert len(replies(data)) == sum(line[3:4] == b" " for line in lines)


@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_replies_or_a_protocol_error(data: bytes) -> None:
    try:
        found = replies(data)
    except ProtocolError:
        return
    assert all(200 <= reply.code <= 599 for reply in found)


def capabilities(*lines: str) -> Capabilities:
    return parse_capabilities(("mail.test greets you", *lines))


def test_capabilities_are_read() -> None:
    offered = capabilities("PIPELINING", "SIZE 35882577", "8BITMIME", "SMTPUTF8", "STARTTLS", "AUTH PLAIN LOGIN")
    assert offered.pipelining
    assert offered.eight_bit
    assert offered.smtputf8
    assert offered.starttls
    assert offered.size_bytes == 35882577
    assert offered.auth == ("PLAIN", "LOGIN")


@pytest.mark.parametrize(
    ("lines", "auth"),
    [
        (["AUTH=LOGIN PLAIN"], ("LOGIN", "PLAIN")),
        (["AUTH PLAIN", "AUTH=PLAIN LOGIN", "auth xoauth2"], ("PLAIN", "LOGIN", "XOAUTH2")),
        (["AUTH  LOGIN\tPLAIN "], ("LOGIN", "PLAIN")),
        (["AUTH"], ()),
        ([], ()),
    ],
)
def test_auth_is_read_as_real_servers_write_it(lines: list[str], auth: tuple[str, ...]) -> None:
    assert capabilities(*lines).auth == auth


@pytest.mark.parametrize(
    ("line", "size"), [("SIZE 5", 5), ("SIZE", 0), ("SIZE big", 0), ("SIZE=7", 7), ("SIZE " + "9" * 5000, 0)]
)
def test_size_is_read_as_real_servers_write_it(line: str, size: int) -> None:
    assert capabilities(line).size_bytes == size


def test_yahoos_spelling_of_8bitmime_is_read() -> None:
    assert capabilities("8 BITMIME").eight_bit


def test_the_servers_name_offers_nothing() -> None:
    assert parse_capabilities(("STARTTLS",)) == Capabilities()


def sender(local: str, domain: str = "example.com") -> Address:
    return Address(local=local, domain=domain)


def test_mail_has_only_parameters_that_are_offered() -> None:
    wish = {"size_bytes": 9, "eight_bit": True, "smtputf8": True}
    assert mail_from(sender("a"), EVERYTHING, **wish) == "MAIL FROM:<a@example.com> SIZE=9 BODY=8BITMIME SMTPUTF8"
    assert mail_from(sender("a"), Capabilities(), **wish) == "MAIL FROM:<a@example.com>"


@pytest.mark.parametrize(
    "local",
    ["u@e.com> AUTH=<boss", "a b", "a>b", "a<b", "a\rb", "a\nb", "a\0b", "a\x7fb", "", '"a\rb"', '"a" b"', '"a> b'],
)
def test_nothing_can_be_smuggled_in_an_address(local: str) -> None:
    with pytest.raises(UnsafeCommand):
        rcpt_to(sender(local))


@pytest.mark.parametrize("domain", ["e.com> AUTH=<x", "a b", "", "a\r\nRSET", "[1.2.3.4] X"])
def test_nothing_can_be_smuggled_in_a_domain(domain: str) -> None:
    with pytest.raises(UnsafeCommand):
        rcpt_to(sender("a", domain))


def test_a_quoted_local_part_may_hold_more() -> None:
    assert rcpt_to(sender('"a <b> \\" c"')) == 'RCPT TO:<"a <b> \\" c"@example.com>'


@given(local=st.text(max_size=20), domain=st.text(max_size=20))
def test_no_address_can_become_more_than_one_path(local: str, domain: str) -> None:
    try:
        line = mail_from(Address(local=local, domain=domain), EVERYTHING, size_bytes=1, eight_bit=False, smtputf8=False)
    except UnsafeCommand:
        return
    path = f"{local}@{domain}" if local or domain else ""  # RFC 5321 4.5.5: no sender
    assert line == f"MAIL FROM:<{path}> SIZE=1"
    assert not set(line) & set("\r\n\0")
    assert local.startswith('"') or not set(local) & set(" <>")
    assert not set(domain) & set(" <>")


@pytest.mark.parametrize("name", ["[127.0.0.1]", "[IPv6:::1]", "pc.example.com"])
def test_a_good_name_greets(name: str) -> None:
    assert ehlo(name) == f"EHLO {name}"


@pytest.mark.parametrize("name", ["localhost", "my pc.example", "bücher.example", "a\r\nb.c", "", "[::1]"])
def test_a_bad_name_does_not_greet(name: str) -> None:
    with pytest.raises(UnsafeCommand):
        ehlo(name)


@given(line=st.text())
def test_one_line_stays_one_line(line: str) -> None:
    try:
        sent = wire_line(line)
    except (UnsafeCommand, UnicodeEncodeError):
        return
    assert sent.count(b"\n") == sent.count(b"\r") == 1
    assert sent.endswith(b"\r\n")


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b".a\r\n..b\r\nc.\r\n", b"..a\r\n...b\r\nc.\r\n.\r\n"),
    ],
)
def test_dots_are_doubled(content: bytes, sent: bytes) -> None:
    assert dot_stuffed(content) == sent


@given(lines=st.lists(st.sampled_from([b"", b".", b"..", b"a", b".a"])))
def test_content_can_not_end_itself(lines: list[bytes]) -> None:
    content = b"".join(line + b"\r\n" for line in lines) or b"\r\n"
    sent = dot_stuffed(content)
    assert (b"\r\n" + sent).find(b"\r\n.\r\n") == len(sent) - 3
    undone = b"\r\n".join(line.removeprefix(b".") for line in sent.removesuffix(b".\r\n").split(b"\r\n"))
    assert undone == content
