"""Replies in JSON, of authorization servers and of Graph, taken apart.

A value of an unexpected type counts as missing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import HttpReply, SupportId
from smtp_desktop.domain.mail.html_tokens import tokens, unescaped
from smtp_desktop.transports.http.exchange import Answer

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def text_in(value: object) -> str:
    """Returns `value` if it is a text, else an empty one. JSON may hold halves of letters, which can be neither printed
    nor kept: a mark is in their place."""
    return _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else ""


def object_in(value: object) -> dict[str, Any]:
    """Returns `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_in(value: object) -> list[object]:
    """Returns `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


_AADSTS = re.compile(r"AADSTS(\d{4,8})")
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TITLE_WITHIN = 100_000  # bytes of a page
_LONGEST_TITLE = 200
# Microsoft's own servers, too, say these with a page; and what is accepted is accepted.
_SAID_BY_EITHER = frozenset({202, 408, 413, 429})
_BAD_REQUEST, _NOT_FOUND = 400, 404  # RFC 9110 15.5
_SERVER_ERRORS = 500  # RFC 9110 15.6
# Entra ID repeats its identifiers at the end of the description.
_TAIL = re.compile(r"\s*(Trace ID|Correlation ID|Timestamp):.*", re.DOTALL)
_GRAPH_IDS = ("request-id", "client-request-id", "date")
_ENTRA_IDS = {"trace_id": "trace id", "correlation_id": "correlation id", "timestamp": "timestamp"}

Redact = Callable[[tuple[str, ...]], tuple[str, ...]]


def reply_of(answer: Answer, redact: Redact) -> HttpReply:
    """Returns the reply in `answer`, of an authorization server or of Graph. All its texts are redacted together, and
    all its numbers but the status with them: a number that `redact` changes is left out."""
    document = answer.document or {}
    reply = (
        _from_authorization_server(answer, document)
        if isinstance(document.get("error"), str)
        else _from_graph(answer, document)
    )
    wait = answer.headers.get("Retry-After", "")
    numbers = tuple(map(str, reply.aadsts))
    values = tuple(one.value for one in reply.ids)
    redacted = iter(redact((reply.error_code, *reply.text, *values, *numbers, wait)))
    return replace(
        reply,
        error_code=next(redacted),
        text=tuple(islice(redacted, len(reply.text))),
        ids=tuple(
            replace(one, value=value) for one, value in zip(reply.ids, islice(redacted, len(values)), strict=True)
        ),
        aadsts=tuple(int(n) for n, shown in zip(numbers, islice(redacted, len(numbers)), strict=True) if n == shown),
        retry_after_s=retry_after_s(answer.headers) if next(redacted) == wait else None,
    )


def is_page(answer: Answer) -> bool:
    """Whether `answer` is a web page: neither service answers so, but proxies, web filters and the sign-in pages of
    public networks do."""
    return answer.document is None and bool(_PAGE.match(answer.body))


def takes_its_place(answer: Answer) -> bool:
    """Whether `answer` is a page that says by its status that it is not the service's own trouble."""
    return answer.status < _SERVER_ERRORS and answer.status not in _SAID_BY_EITHER and is_page(answer)


def is_refusal(status: int, document: Mapping[str, Any] | None) -> bool:
    """Whether a token address refuses (RFC 6749 5.2). A 400 or 404 that is no JSON comes from another service."""
    return status >= _BAD_REQUEST and (bool(document) or status not in {_BAD_REQUEST, _NOT_FOUND})


def page_of(answer: Answer, redact: Redact) -> HttpReply:
    """Returns a page as a reply, in its title's words."""
    title = _title(answer.body[:_TITLE_WITHIN].decode("utf-8", "replace"))
    return HttpReply(code=answer.status, text=redact((title or answer.reason,)))


def _title(page: str) -> str:
    """Returns the words of the first title or heading that ends; empty for none."""
    within, words = "", []
    for token in tokens(page):
        if isinstance(token, str):
            words += [unescaped(token)] if within else []
        elif token.closes and token.name == within:
            return " ".join(" ".join(words).split())[:_LONGEST_TITLE]
        elif token.name in {"title", "h1"} and not within and not token.closes:
            within = token.name
    return ""


def _from_authorization_server(answer: Answer, document: Mapping[str, Any]) -> HttpReply:
    description = text_in(document.get("error_description"))
    numbers = tuple(n for n in list_in(document.get("error_codes")) if isinstance(n, int))
    numbers = numbers or tuple(int(number) for number in _AADSTS.findall(description)[:1])
    ids = {shown: text_in(document.get(key)) for key, shown in _ENTRA_IDS.items()}
    text = _TAIL.sub("", description).removeprefix(f"AADSTS{numbers[0]}: " if numbers else "")
    return HttpReply(
        code=answer.status,
        error_code=f"AADSTS{numbers[0]}" if numbers else text_in(document.get("error")),
        text=_lines(text),
        aadsts=numbers,
        ids=_ids(ids),
    )


def _from_graph(answer: Answer, document: Mapping[str, Any]) -> HttpReply:
    error = object_in(document.get("error"))
    within = object_in(error.get("innerError") or error.get("innererror"))
    ids = {name: text_in(answer.headers.get(name)) or text_in(within.get(name)) for name in _GRAPH_IDS}
    return HttpReply(
        code=answer.status,
        error_code=text_in(error.get("code")),
        text=_lines(text_in(error.get("message")) or answer.reason),
        ids=_ids(ids),
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Returns how many seconds the server asks to wait (RFC 9110 10.2.3), or None if it does not."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _ids(found: Mapping[str, str]) -> tuple[SupportId, ...]:
    return tuple(SupportId(name=name, value=value) for name, value in found.items() if value)
