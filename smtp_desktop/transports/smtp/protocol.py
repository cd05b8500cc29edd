"""SMTP without sockets: bytes in, replies out; values in, command lines out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.conversation import Reply
from smtp_desktop.domain.mail.address import Address

MAX_LINE_BYTES = 8 * 1024
MAX_REPLY_BYTES = 32 * 1024

_LINE = re.compile(
    # RFC 3463 2: the class digit repeats the reply's; anything else is the server's prose.
    r"([2-5])[0-9]{2}(?:(?P<more>[ -])(?:(?P<enhanced>(?!3)\1\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|\Z))?(?P<words>.*))?",
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
    """The server's bytes are no SMTP reply, or too long for one."""


class UnsafeCommand(ValueError):
    """A value would smuggle something else into a command line."""


@dataclass(slots=True)  # not frozen, which would take three times as long: bulk makes four of them for a mail
class Unmasked:
    """A reply as it came, for nobody's eyes before `shown` has seen to it. `words` are the enhanced status code, empty
    where there is none, and each line's."""

    code: int
    words: tuple[str, ...]


Mask = Callable[[tuple[str, ...]], tuple[str, ...]]


def shown(replies: Sequence[Unmasked], mask: Mask) -> list[Reply]:
    """Returns `replies`, which stand one below the other, as they may be shown: `mask` has seen all their words."""
    masked = mask(tuple([words for reply in replies for words in reply.words]))
    found: list[Reply] = []
    at = 0
    for reply in replies:
        end = at + len(reply.words)
        # The server chooses the digits of this code too: one that has any of a secret is dropped.
        enhanced_code = masked[at] if masked[at] == reply.words[0] else ""
        found.append(
            Reply(code=reply.code, enhanced_code=enhanced_code, text=tuple(map(_printable, masked[at + 1 : end])))
        )
        at = end
    return found


def _printable(words: str) -> str:
    # What a server says is printed to terminals: no control character survives.
    return (words if words.isprintable() else _UNPRINTABLE.sub("\ufffd", words)).strip()


class ReplyParser:
    """Cuts a server's bytes into replies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._reply_bytes = 0

    def feed(self, data: bytes) -> None:
        """Takes what was received; `next_reply` tells what came of it."""
        self._buffer += data

    @property
    def pending(self) -> bool:
        """Whether bytes were fed that no reply was made of yet."""
        return bool(self._buffer or self._lines)

    def clear(self) -> None:
        """Forgets every byte that was fed and not yet read as a reply."""
        self._buffer.clear()
        self._start_over()

    def next_reply(self) -> Unmasked | None:
        """Returns the next whole reply, or None when more bytes are needed. Raises ProtocolError."""
        while (end := self._buffer.find(b"\n", 0, MAX_LINE_BYTES)) >= 0:
            line = self._buffer[:end].removesuffix(b"\r").decode(errors="replace")
            del self._buffer[: end + 1]
            if reply := self._take(line, end + 1):
                return reply
        if len(self._buffer) >= MAX_LINE_BYTES:
            raise ProtocolError("it sent a line without an end")
        return None

    def last_words(self) -> Unmasked | None:
        """Returns the refusal that a server which hung up did not end with a line end, if there is one.

        A cut-off success is none: its missing rest may have said otherwise.
        """
        line = self._buffer.removesuffix(b"\r").decode(errors="replace")
        self._buffer.clear()
        if not _LINE.fullmatch(line) or line[0] not in "45":
            return None
        self._lines.append(line)
        return self._finish()

    def _take(self, line: str, size_bytes: int) -> Unmasked | None:
        self._reply_bytes += size_bytes
        if self._reply_bytes > MAX_REPLY_BYTES:
            raise ProtocolError("its reply has no end")
        match = _LINE.fullmatch(line)
        if not match:
            raise ProtocolError("its reply does not begin with a code")
        if match["more"] != "-" and not self._lines:
            # Almost every reply in bulk: one line.
            self._reply_bytes = 0
            return Unmasked(int(line[:3]), (match["enhanced"] or "", match["words"] or ""))
        self._lines.append(line)
        return None if match["more"] == "-" else self._finish()

    def _finish(self) -> Unmasked:
        # RFC 5321 4.2.1 wants one code on all lines; where a server errs, the last one counts.
        code = int(self._lines[-1][:3])
        enhanced_code, texts = "", []
        for line in self._lines:
            words = line[4:]
            match = _ENHANCED.match(words)
            if match and match[1] == str(code // 100):
                enhanced_code = enhanced_code or ".".join(match.groups())
                words = words[match.end() :]
            texts.append(words)
        self._start_over()
        return Unmasked(code, (enhanced_code, *texts))

    def _start_over(self) -> None:
        self._lines = []
        self._reply_bytes = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the server offers. `size_bytes` is None where SIZE is not offered and 0 where it sets no limit."""

    lines: tuple[str, ...] = ()
    starttls: bool = False
    pipelining: bool = False
    chunking: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    size_bytes: int | None = None
    auth: tuple[str, ...] = ()


def parse_capabilities(reply: Reply) -> Capabilities:
    """Returns what a reply to EHLO offers, read as leniently as real servers need."""
    lines = tuple(line for line in reply.text[1:] if line)  # the first line is the server's name
    keywords: dict[str, list[str]] = {}
    for line in lines:
        # Old servers write AUTH=LOGIN, some beside the AUTH line that the RFC wants.
        keyword, *values = [part for part in re.split(r"[\s=]+", line.upper()) if part] or [""]
        if keyword == "8" and values[:1] == ["BITMIME"]:  # Yahoo's spelling
            keyword, values = "8BITMIME", []
        keywords.setdefault(keyword, []).extend(values)
    return Capabilities(
        lines=lines,
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
    """Returns the HELO line, for servers that know no EHLO. Raises UnsafeCommand as `ehlo` does."""
    return f"HELO {_checked_name(name)}"


def _checked_name(name: str) -> str:
    # RFC 5321 4.1.1.1: anything else is answered with 501 by strict servers.
    if not _HELO_NAME.fullmatch(name):
        raise UnsafeCommand("no name to greet with")
    return name


def mail_from(
    sender: Address, capabilities: Capabilities, *, size_bytes: int | None, eight_bit: bool, smtputf8: bool
) -> str:
    """Returns the MAIL line, with those parameters only that the server offers. Raises UnsafeCommand."""
    line = f"MAIL FROM:<{_path(sender)}>"
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
    """Returns `line` as it goes out. Raises UnsafeCommand where it is more than one line."""
    if "\r" in line or "\n" in line or "\0" in line:
        raise UnsafeCommand("more than one line")
    return line.encode() + b"\r\n"


def bdat(size_bytes: int) -> str:
    """Returns the line that announces all of a mail's content (RFC 3030 2)."""
    return f"BDAT {size_bytes} LAST"


def ended_line(content: bytes) -> bytes:
    """Returns `content`, whose line ends are CRLF, with one at its end."""
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def dotted(content: bytes) -> bytes:
    """Returns `content`, whose line ends are CRLF, as DATA wants it: dots doubled and the final dot added."""
    # RFC 5321 4.5.2
    doubled = ended_line(content).replace(b"\r\n.", b"\r\n..")
    return b"".join((b"." if doubled.startswith(b".") else b"", doubled, b".\r\n"))
