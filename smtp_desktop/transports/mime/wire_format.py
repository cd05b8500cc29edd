"""The last look at a mail before a server gets it: what no content may hold, whoever wrote it."""

from smtp_desktop.transports.mime.header_values import BadMail

MAX_LINE = 998  # octets without CRLF (RFC 5322 2.1.1, RFC 5321 4.5.3.1.6)


def has_long_lines(content: bytes) -> bool:
    """Returns whether a line of `content`, whose line ends are CRLF, is too long."""
    return max(map(len, content.split(b"\r\n"))) > MAX_LINE


def refuse_unsafe(content: bytes, *, seven_bit: bool, smtputf8: bool) -> None:
    """Raises BadMail for `content` that servers refuse or change, or that attackers smuggle commands with (RFC 5321
    2.3.8 and 4.5.3.1.6)."""
    line_ends = content.count(b"\r\n")
    if content.count(b"\r") != line_ends or content.count(b"\n") != line_ends:
        raise BadMail("a line end that is not CRLF")
    if b"\0" in content:
        raise BadMail("a NUL byte")
    if has_long_lines(content):
        raise BadMail(f"a line of more than {MAX_LINE} bytes that can't be made shorter")
    if content.isascii():
        return
    head, _, body = content.partition(b"\r\n\r\n")
    if not smtputf8 and not head.isascii():
        raise BadMail("a header that is not ASCII")
    if seven_bit and not body.isascii():
        raise BadMail("a byte that is not ASCII, which this server does not accept")
