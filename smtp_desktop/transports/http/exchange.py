"""A request, its answer, and the service that they are exchanged with."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.transports.session_error import SessionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service at the other end. `foreign` returns the error for an answer that is not from it, and gets how that
    shows. An answer begins within `answer_s`."""

    foreign: Callable[[MessageText], SessionError]
    answer_s: float
    max_answer_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. `url` may hold a query. `shown`, if set, stands in the transcript in place of the URL's path and
    query, where these are confidential."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    shown: str = ""

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        path = self.shown or parts.path + (f"?{parts.query}" if parts.query else "")
        return f"{self.method} {parts.scheme}://{parts.netloc}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request. `headers` are looked up whatever their case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None if it is something else."""
        try:
            parsed = json.loads(self.body)
        except (ValueError, RecursionError):  # the second one of a document that is nested too deep
            return None
        return parsed if isinstance(parsed, dict) else None
