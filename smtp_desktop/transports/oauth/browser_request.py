"""The request that the browser brings to the loopback address, read from bytes as they come, whatever they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

_HEAD_LIMIT_BYTES = 64 * 1024  # codes and the descriptions of errors have a few kilobytes
_BODY_LIMIT_BYTES = 64 * 1024
_FIELDS_LIMIT = 50
_FORM = "application/x-www-form-urlencoded"


class BadRequest(Exception):
    """The request can't be an answer to a sign-in. `status` says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRequest:
    """A whole request. `fields` are those of the query or, for a POST, of the form; `host` is as in the header."""

    path: str
    host: str
    fields: Mapping[str, str]


@dataclass(slots=True)
class RequestReader:
    """Reads one request of one connection."""

    _data: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> BrowserRequest | None:
        """Returns the request once it is whole, else None. Raises BadRequest as soon as it is clear."""
        self._data += data
        head, end, body = self._data.partition(b"\r\n\r\n")
        if len(head) > _HEAD_LIMIT_BYTES:
            raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return _request(head.decode("latin-1"), bytes(body)) if end else None


def _request(head: str, body: bytes) -> BrowserRequest | None:
    first, *lines = head.split("\r\n")
    match first.split(" "):
        case [("GET" | "POST") as method, target, ("HTTP/1.1" | "HTTP/1.0")] if target.startswith("/"):
            pass
        case [_, _, version] if version.startswith("HTTP/1."):
            raise BadRequest(HTTPStatus.METHOD_NOT_ALLOWED)
        case _:
            raise BadRequest(HTTPStatus.BAD_REQUEST)
    headers = _headers(lines)
    path, _, query = target.partition("?")
    if method == "POST":
        length = _length(headers)
        if len(body) < length:
            return None
        query = body[:length].decode("latin-1")
    return BrowserRequest(path=path, host=headers.get("host", ""), fields=_fields(query))


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        # RFC 9112 5.1 and 6.3: a field that could be read in two ways is refused.
        if not colon or not name or name != name.strip() or (name.lower() in headers and name.lower() in _ONCE):
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        headers[name.lower()] = value.strip()
    return headers


_ONCE = frozenset({"host", "content-length", "content-type"})


def _length(headers: Mapping[str, str]) -> int:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise BadRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or "transfer-encoding" in headers:
        raise BadRequest(HTTPStatus.LENGTH_REQUIRED)
    if len(length) > len(str(_BODY_LIMIT_BYTES)) or int(length) > _BODY_LIMIT_BYTES:
        raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(length)


def _fields(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_FIELDS_LIMIT)
    except ValueError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST) from error
    fields = dict(pairs)
    if len(fields) < len(pairs):  # RFC 6749 3.1: none may come twice
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    return fields
