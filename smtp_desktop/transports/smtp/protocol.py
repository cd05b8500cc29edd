"""The syntax of SMTP, without sockets: bytes into replies, values into command lines (RFC 5321)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.conversation import Reply
from smtp_desktop.domain.mail.address import NULL_SENDER, Address
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.reply_charsets import CHARSETS, decoded

MAX_LINE_BYTES = 8 * 1024
MAX_REPLY_BYTES = 32 * 1024
_KNOWN_LINES, _KNOWN_CHARACTERS = 32, 120  # what a parser remembers: enough for one kind of mail

_LINE = re.compile(
    # RFC 3463 2: the class digit repeats the reply's; anything else is part of the text.
    r"([2-5])[0-9]{2}(?:(?P<more>[ -])(?:(?P<enhanced>(?!3)\1\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|\Z))?(?P<text>.*))?",
    re.DOTALL,
)
_ENHANCED = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})(?:\s+|$)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>]")
_FORBIDDEN_QUOTED = re.compile(r"[\x00-\x1f\x7f]")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_DOMAIN = re.compile(r"[A-Za-z0-9._-]+|\[[A-Za-z0-9:.]+\]")
_HELO_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|\[(IPv6:[0-9A-Fa-f:.]+|[0-9.]+)\]")
_NUMBER = re.compile(r"[0-9]{1,18}")


class ProtocolError(Exception):
    """The server's bytes are no SMTP reply, or too many for one. `line` is the one that is none."""

    def __init__(self, what: str, line: str = "") -> None:
        super().__init__(what)
        self.line = line


class UnsafeCommand(ValueError):
    """A value would smuggle something else into a command line."""


@dataclass(slots=True)  # not frozen, which would take three times as long: bulk makes four of them for a mail
class RawReply:
    """A reply as it was received, not to be shown before `redacted` has seen it. `texts` are the enhanced status code,
    empty where there is none, and the text of each line; `raw` are the bytes of those where they are not UTF-8. An
    `odd` one is not as RFC 5321 4.2 has it: its lines disagree about the code, or an empty one came before them."""

    code: int
    texts: tuple[str, ...]
    raw: bytes = b""
    odd: bool = False

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        """The texts, and where their character set is a guess, what they are in the others: a secret in one of those
        may not be shown either."""
        others = ("utf-8", *CHARSETS) if self.raw else ()
        return (self.texts, *(tuple(self.raw.decode(each, "replace").split("\n")) for each in others))


def redacted(replies: Sequence[RawReply], redactor: SecretRedactor) -> list[Reply]:
    """Returns `replies`, which follow each other in a transcript, as they may be shown: all their texts went through
    `redactor` together."""
    shown = [_reading(reply, redactor) if reply.raw else reply.texts for reply in replies]
    texts = redactor.redact_all(tuple([text for each in shown for text in each]))
    found: list[Reply] = []
    start = 0
    for reply in replies:
        end = start + len(reply.texts)
        # The server chooses the digits of this code too: one with part of a secret in it is dropped.
        enhanced_code = texts[start] if texts[start] == reply.texts[0] else ""
        text = tuple(map(printable, texts[start + 1 : end]))
        raw = reply.raw if texts[start:end] == reply.texts else b""
        found.append(Reply(code=reply.code, enhanced_code=enhanced_code, text=text, raw=raw))
        start = end
    return found


def _reading(reply: RawReply, redactor: SecretRedactor) -> tuple[str, ...]:
    """Returns the texts of `reply`: in the character set in which they hold a secret, if they do in any."""
    return next(filter(redactor.gives_away, reply.readings), reply.texts)


def printable(text: str) -> str:
    """Returns `text`, which a server has said, without control characters: it is printed to terminals."""
    return (text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)).strip()


def is_completion(reply: Reply) -> bool:
    """Returns whether the server has done what it was asked for."""
    return reply.code // 100 == 2  # noqa: PLR2004 - RFC 5321 4.2.1: positive completion


class ReplyParser:
    """Cuts a server's bytes into replies."""

    def __init__(self, host: str = "") -> None:
        """`host` is the server's name, by which the character set of its replies is guessed."""
        self._host = host
        self._buffer = bytearray()
        self._known: dict[str, tuple[int, tuple[str, ...], bytes]] = {}  # in bulk the same few lines come again
        self._lines: list[str] = []
        self._reply_bytes = 0
        self._after_empty_line = False

    def feed(self, data: bytes) -> None:
        """Adds received bytes; `next_reply` returns what they amount to."""
        self._buffer += data

    @property
    def pending(self) -> bool:
        """Whether bytes were fed that belong to no returned reply."""
        return bool(self._buffer or self._lines)

    def clear(self) -> None:
        """Drops the bytes that belong to no returned reply."""
        self._buffer.clear()
        self._start_over()

    def next_reply(self) -> RawReply | None:
        """Returns the next whole reply, or None where more bytes are needed. Raises ProtocolError."""
        while (end := self._buffer.find(b"\n", 0, MAX_LINE_BYTES)) >= 0:
            line = self._buffer[:end].removesuffix(b"\r").decode(errors="surrogateescape")
            del self._buffer[: end + 1]
            if reply := self._take(line, end + 1):
                return reply
        if len(self._buffer) >= MAX_LINE_BYTES:
            raise ProtocolError("it sent an endless line")
        return None

    def unterminated_refusal(self) -> RawReply | None:
        """Returns the refusal whose line end is missing, if there is one: for a server that has hung up.

        A truncated success does not count: the rest might have said otherwise.
        """
        line = self._buffer.removesuffix(b"\r").decode(errors="surrogateescape")
        self._buffer.clear()
        if not _LINE.fullmatch(line) or line[0] not in "45":
            return None
        self._lines.append(line)
        return self._finish()

    def _take(self, line: str, size_bytes: int) -> RawReply | None:
        self._reply_bytes += size_bytes
        if self._reply_bytes > MAX_REPLY_BYTES:
            raise ProtocolError("its reply never ends")
        if not self._lines and not line.strip():
            self._after_empty_line = True  # some servers send one ahead of a reply
            return None
        if not self._lines and (known := self._known.get(line)):
            return self._whole(*known)
        match = _LINE.fullmatch(line)
        if not match:
            raise ProtocolError("its reply does not begin with a code", line)
        if match["more"] != "-" and not self._lines:
            # In bulk almost every reply is one line.
            texts, raw = decoded((match["enhanced"] or "", match["text"] or ""), self._host)
            if len(line) <= _KNOWN_CHARACTERS and len(self._known) < _KNOWN_LINES:
                self._known[line] = int(line[:3]), texts, raw
            return self._whole(int(line[:3]), texts, raw)
        self._lines.append(line)
        return None if match["more"] == "-" else self._finish()

    def _finish(self) -> RawReply:
        # RFC 5321 4.2.1 requires the same code on all lines; where a server errs, the last one counts.
        code = int(self._lines[-1][:3])
        enhanced_code, texts = "", []
        for line in self._lines:
            text = line[4:]
            match = _ENHANCED.match(text)
            if match and match[1] == str(code // 100):
                enhanced_code = enhanced_code or ".".join(match.groups())
                text = text[match.end() :]
            texts.append(text)
        disagrees = len({line[:3] for line in self._lines}) > 1
        self._lines = []
        return self._whole(code, *decoded((enhanced_code, *texts), self._host), odd=disagrees)

    def _whole(self, code: int, texts: tuple[str, ...], raw: bytes, *, odd: bool = False) -> RawReply:
        self._reply_bytes = 0
        odd, self._after_empty_line = odd or self._after_empty_line, False
        return RawReply(code, texts, raw, odd)

    def _start_over(self) -> None:
        self._lines = []
        self._reply_bytes = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The extensions that the server offers. `lines` are its words, as they may be shown; `size_bytes` is None without
    SIZE, and 0 where it sets no limit. `auth` is as the server wrote it."""

    lines: tuple[str, ...] = ()
    starttls: bool = False
    pipelining: bool = False
    chunking: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    size_bytes: int | None = None
    auth: tuple[str, ...] = ()


def parse_capabilities(text: Sequence[str]) -> Capabilities:
    """Returns what a reply to EHLO, whose lines are `text`, offers; reads it as leniently as real servers require."""
    lines = [line for line in text[1:] if line]  # the first line is the server's name
    keywords: dict[str, list[str]] = {}
    for line in lines:
        # Old servers write AUTH=LOGIN, some in addition to the AUTH line of the RFC.
        keyword, *values = [part for part in re.split(r"[\s=]+", line.upper()) if part] or [""]
        if keyword == "8" and values[:1] == ["BITMIME"]:  # Yahoo's spelling
            keyword, values = "8BITMIME", []
        keywords.setdefault(keyword, []).extend(values)
    return Capabilities(
        starttls="STARTTLS" in keywords,
        pipelining="PIPELINING" in keywords,
        chunking="CHUNKING" in keywords,
        eight_bit="8BITMIME" in keywords,
        smtputf8="SMTPUTF8" in keywords,
        size_bytes=_size(keywords["SIZE"]) if "SIZE" in keywords else None,
        auth=tuple(dict.fromkeys(keywords.get("AUTH", []))),
    )


def _size(values: list[str]) -> int:
    return int(values[0]) if values and _NUMBER.fullmatch(values[0]) else 0


def ehlo(name: str) -> str:
    """Returns the EHLO line. Raises UnsafeCommand unless `name` is a full ASCII name or an address literal."""
    return f"EHLO {_checked_name(name)}"


def helo(name: str) -> str:
    """Returns the HELO line, for servers without ESMTP. Raises UnsafeCommand as `ehlo` does."""
    return f"HELO {_checked_name(name)}"


def is_hello_name(name: str) -> bool:
    """Returns whether `name` is a full ASCII name or an address literal (RFC 5321 4.1.1.1): anything else is answered
    with 501 by strict servers."""
    return _HELO_NAME.fullmatch(name) is not None


def _checked_name(name: str) -> str:
    if not is_hello_name(name):
        raise UnsafeCommand("no name to greet with")
    return name


def mail_from(
    sender: Address, capabilities: Capabilities, *, size_bytes: int | None, eight_bit: bool, smtputf8: bool
) -> str:
    """Returns the MAIL line, with only those parameters that the server offers. Raises UnsafeCommand."""
    line = f"MAIL FROM:<{_path(sender) if sender != NULL_SENDER else ''}>"
    if size_bytes is not None and capabilities.size_bytes is not None:
        line += f" SIZE={size_bytes}"
    if eight_bit and capabilities.eight_bit:
        line += " BODY=8BITMIME"
    if smtputf8 and capabilities.smtputf8:
        line += " SMTPUTF8"
    return line


def rcpt_to(recipient: Address) -> str:
    """Returns the RCPT line. Raises UnsafeCommand."""
    return f"RCPT TO:<{_path(recipient)}>"


def _path(address: Address) -> str:
    quoted = _QUOTED_LOCAL.fullmatch(address.local)
    forbidden = _FORBIDDEN_QUOTED if quoted else _FORBIDDEN
    if not address.local or forbidden.search(address.local) or not _DOMAIN.fullmatch(address.domain):
        raise UnsafeCommand("no address for an envelope")
    return address.spec


def wire_line(line: str) -> bytes:
    """Returns `line` as it is sent. Raises UnsafeCommand where it is more than one line."""
    if "\r" in line or "\n" in line or "\0" in line:
        raise UnsafeCommand("more than one line")
    return line.encode() + b"\r\n"


def bdat(size_bytes: int) -> str:
    """Returns the BDAT line that announces the whole content of a mail (RFC 3030 2)."""
    return f"BDAT {size_bytes} LAST"


def with_final_crlf(content: bytes) -> bytes:
    """Returns `content`, whose line ends are CRLF, with a CRLF at its end."""
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def dot_stuffed(content: bytes) -> bytes:
    """Returns `content`, whose line ends are CRLF, as it follows DATA: dots at line starts doubled, and the final dot
    added (RFC 5321 4.5.2)."""
    stuffed = with_final_crlf(content).replace(b"\r\n.", b"\r\n..")
    return b"".join((b"." if stuffed.startswith(b".") else b"", stuffed, b".\r\n"))
