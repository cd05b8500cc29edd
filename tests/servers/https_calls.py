"""Requests to the HTTPS servers, and what the servers may do in return."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote


class Headers(Mapping[str, str]):
    """Header fields, looked up whatever the case of their names."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)
        self._by_lower_name = {name.lower(): value for name, value in fields.items()}

    def __getitem__(self, name: str) -> str:
        return self._by_lower_name[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({self._fields!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came. `path` and `query_text` are still percent-encoded; `at_s` is of the monotonic clock."""

    method: str
    path: str
    query_text: str
    headers: Headers
    body: bytes
    at_s: float

    @property
    def query(self) -> dict[str, str]:
        """The decoded parameters of the address."""
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    @property
    def segments(self) -> list[str]:
        """The decoded parts of the path."""
        return [unquote(part) for part in self.path.strip("/").split("/")]

    @property
    def content_type(self) -> str:
        """The media type of the body without its parameters, in lower case; empty if there is none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form body."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The decoded JSON body."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with `json` if it is not None, else `body`. For `error` (code, message) the server builds the body in
    its own format."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    body: bytes = b""
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Closes the connection without an answer, after reading the whole request. With `after_work` the request has had
    its effect by then; with `before_body` the body is not read; with `reset` a RST ends the connection."""

    after_work: bool = False
    before_body: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """Sends `data`, which is not HTTP, and closes the connection."""

    data: bytes = b"\x15\x03\x01 this is not HTTP\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """Closes the connection in the middle of `answer`, or of the answer to the request once that was carried out."""

    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Does not answer until the client disconnects or the server stops. Sets the server's `silent`."""

    after_work: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Sends `answer`, or the answer to the request once that was carried out, in pieces of a few bytes."""

    answer: Answer | None = None


Reply = Answer | Drop | Garbage | Half | Hang | Pieces
Scripted = Reply | Callable[[Call], Reply | None]  # a function that returns None lets the server do its usual work
