"""Values of a JSON document from outside: what has not the shape that it should have is as good as missing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import HttpReply, SupportId
from smtp_desktop.transports.graph.http import Answer


def text_in(value: object) -> str:
    """Returns the text, or an empty one."""
    return value if isinstance(value, str) else ""


def object_in(value: object) -> dict[str, Any]:
    """Returns the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_in(value: object) -> list[object]:
    """Returns the list, or an empty one."""
    return value if isinstance(value, list) else []


_AADSTS = re.compile(r"AADSTS(\d{4,8})")
# Entra ID repeats its identifiers at the end of the description.
_TAIL = re.compile(r"\s*(Trace ID|Correlation ID|Timestamp):.*", re.DOTALL)
_GRAPH_IDS = ("request-id", "client-request-id", "date")
_ENTRA_IDS = {"trace_id": "trace id", "correlation_id": "correlation id", "timestamp": "timestamp"}

Clean = Callable[[tuple[str, ...]], tuple[str, ...]]


def reply_of(answer: Answer, clean: Clean) -> HttpReply:
    """Returns what `answer` says, in either service's form. All its words went through `clean` together, its numbers
    but the status too: one that was not left as it is, is missing."""
    document = answer.document or {}
    told = _from_entra(answer, document) if isinstance(document.get("error"), str) else _from_graph(answer, document)
    wait = answer.headers.get("Retry-After", "")
    numbers = tuple(map(str, told.aadsts))
    values = tuple(one.value for one in told.ids)
    cleaned = iter(clean((told.error_code, *told.text, *values, *numbers, wait)))
    return replace(
        told,
        error_code=next(cleaned),
        text=tuple(islice(cleaned, len(told.text))),
        ids=tuple(replace(one, value=value) for one, value in zip(told.ids, islice(cleaned, len(values)), strict=True)),
        aadsts=tuple(int(n) for n, shown in zip(numbers, islice(cleaned, len(numbers)), strict=True) if n == shown),
        retry_after_s=retry_after_s(answer.headers) if next(cleaned) == wait else None,
    )


def _from_entra(answer: Answer, document: Mapping[str, Any]) -> HttpReply:
    description = text_in(document.get("error_description"))
    numbers = tuple(n for n in list_in(document.get("error_codes")) if isinstance(n, int))
    numbers = numbers or tuple(int(number) for number in _AADSTS.findall(description)[:1])
    ids = {shown: text_in(document.get(key)) for key, shown in _ENTRA_IDS.items()}
    words = _TAIL.sub("", description).removeprefix(f"AADSTS{numbers[0]}: " if numbers else "")
    return HttpReply(
        code=answer.status,
        error_code=f"AADSTS{numbers[0]}" if numbers else text_in(document.get("error")),
        text=_lines(words),
        aadsts=numbers,
        ids=_ids(ids),
    )


def _from_graph(answer: Answer, document: Mapping[str, Any]) -> HttpReply:
    told = object_in(document.get("error"))
    within = object_in(told.get("innerError") or told.get("innererror"))
    ids = {name: text_in(answer.headers.get(name)) or text_in(within.get(name)) for name in _GRAPH_IDS}
    return HttpReply(
        code=answer.status,
        error_code=text_in(told.get("code")),
        text=_lines(text_in(told.get("message")) or answer.reason),
        ids=_ids(ids),
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Returns how long the server asks to wait (RFC 9110 10.2.3), in seconds; None where it does not say."""
    told = headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        when = parsedate_to_datetime(told)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _lines(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.splitlines() if line.strip())


def _ids(found: Mapping[str, str]) -> tuple[SupportId, ...]:
    return tuple(SupportId(name=name, value=value) for name, value in found.items() if value)
