"""The parts of a mail, however it is built or damaged: every byte of its body is in one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from smtp_desktop.local_inbox.header_fields import Field, fields, kind_of, parameters

MAX_PARTS = 1_000
MAX_DEPTH = 100

_DELIMITER = re.compile(rb"^--([^\r\n]*+)(?:\r?\n|\r|\Z)", re.MULTILINE)
_FIRST_LINE = re.compile(rb"\s{0,400}--([^\r\n]{1,200})\r?\n")
_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that holds no other ones. `body` is still encoded as `encoding` says. `is_outside` where it stands before,
    between or behind the parts of a multipart; `depth` counts the mails around it. Of a mail in the mail, a part with
    its header alone comes first: `header`."""

    kind: str = "text/plain"
    encoding: str = ""
    charset: str = ""
    name: str = ""
    is_attachment: bool = False
    is_outside: bool = False
    depth: int = 0
    header: tuple[Field, ...] = ()
    body: bytes = b""


@dataclass(slots=True, kw_only=True)
class _Open:
    """A multipart, or a mail in the mail, whose end has not come yet."""

    boundary: bytes | None = None
    default_kind: str = "text/plain"


@dataclass(slots=True, kw_only=True)
class _Walk:
    raw: bytes
    depth: int
    open: list[_Open] = field(default_factory=list)
    by_boundary: dict[bytes, list[int]] = field(default_factory=dict)
    part: Part = field(default_factory=Part)
    begins: int = 0

    def parts(self, at: int, header: list[Field]) -> Iterator[Part]:
        """Yields the parts of the mail whose body begins at `at`."""
        yield from self._begin(header, at)
        ended = 0
        for line in _DELIMITER.finditer(self.raw, at):
            if line.start() < self.begins:
                continue
            said = line[1].rstrip()
            ends = said not in self.by_boundary and said.endswith(b"--")
            places = self.by_boundary.get(said[:-2] if ends else said)
            if not places:
                continue
            if ended == MAX_PARTS:
                self.part = Part(is_outside=True, depth=self._mails)
                break
            ended += 1
            yield self._ended(line.start())
            self._close_down_to(places[-1])
            if ends:
                self.part, self.begins = Part(is_outside=True, depth=self._mails), line.end()
            else:
                inner, body = fields(self.raw, line.end(), self.by_boundary)
                yield from self._begin(inner, body)
        yield self._ended(len(self.raw))

    @property
    def _mails(self) -> int:
        return self.depth + sum(one.boundary is None for one in self.open)

    def _begin(self, header: list[Field], at: int) -> Iterator[Part]:
        """Begins the part with that header, whose body begins at `at`; yields the headers of mails in the mail."""
        part = _part(header, self.open[-1].default_kind if self.open else "text/plain", self._mails)
        while part.kind in _MAILS and part.encoding in _IDENTITY and len(self.open) < MAX_DEPTH:
            header, body = fields(self.raw, at, self.by_boundary)
            yield replace(part, header=tuple(header))
            self.open.append(_Open())
            part, at = _part(header, "text/plain", self._mails), body
        self.part, self.begins = part, at
        if not part.kind.startswith("multipart/") or len(self.open) >= MAX_DEPTH:
            return
        boundary = _boundary(header, self.raw, at)
        if boundary:
            self.by_boundary.setdefault(boundary, []).append(len(self.open))
            default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"  # RFC 2046 5.1.5
            self.open.append(_Open(boundary=boundary, default_kind=default))
        self.part = Part(is_outside=True, depth=self._mails)

    def _ended(self, at: int) -> Part:
        body = self.raw[self.begins : at]
        # RFC 2046 5.1.1: the line end before a delimiter belongs to the delimiter.
        return replace(self.part, body=body.removesuffix(b"\n").removesuffix(b"\r") if at < len(self.raw) else body)

    def _close_down_to(self, place: int) -> None:
        for one in self.open[place + 1 :]:
            if one.boundary is not None:
                places = self.by_boundary[one.boundary]
                places.pop()
                if not places:
                    del self.by_boundary[one.boundary]
        del self.open[place + 1 :]


def parts_of(raw: bytes, at: int, header: list[Field], *, depth: int = 0) -> Iterator[Part]:
    """Yields the parts of the mail whose body begins at `at` of `raw`, in their order."""
    return _Walk(raw=raw, depth=depth).parts(at, header)


def value_of(header: list[Field] | tuple[Field, ...], name: str) -> bytes:
    """Returns the value of the first field of that name, as it stands; empty for none."""
    return next((one.raw for one in header if one.name.lower() == name), b"")


def _part(header: list[Field], default_kind: str, depth: int) -> Part:
    kind = value_of(header, "content-type")
    disposition = value_of(header, "content-disposition")
    encoding = value_of(header, "content-transfer-encoding")
    of_kind, of_disposition = parameters(kind), parameters(disposition)
    return Part(
        kind=kind_of(kind.decode("latin-1")) if kind.strip() else default_kind,
        encoding=encoding.decode("latin-1").partition("(")[0].strip(" \t\r\n\"';").lower(),
        charset=of_kind.get("charset", "").split("(")[0].strip(),
        name=of_disposition.get("filename") or of_kind.get("name") or "",
        is_attachment=disposition.strip().lower().startswith(b"attachment"),
        depth=depth,
    )


def _boundary(header: list[Field], raw: bytes, at: int) -> bytes:
    """Returns the boundary that a multipart names, or that its first line shows where it names none."""
    said = parameters(value_of(header, "content-type")).get("boundary", "").rstrip()
    if said:
        in_utf8 = said.encode("utf-8", "replace")
        return in_utf8 if said.isascii() or b"--" + in_utf8 in raw else said.encode("cp1252", "replace")
    found = _FIRST_LINE.match(raw, at)
    return found[1].rstrip() if found else b""
