"""Throttling: requests that are sent again after the wait that the server asks for."""

from collections.abc import Callable

from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.http.exchange import Answer
from smtp_desktop.transports.http.replies import retry_after_s
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_BUSY = frozenset({429, 503})
_TRIES = 4
_LONGEST_S = 60.0


class ThrottledSender:
    """Sends a request again that was answered with 429 or 503 and a Retry-After (RFC 6585 4, RFC 9110 15.6.4): the
    server has not acted upon it. A server that asks for more than a minute, or than is left, has refused it."""

    def __init__(self, *, deadline: Deadline, recorder: TimelineRecorder) -> None:
        self._deadline = deadline
        self._recorder = recorder

    def send(self, attempt: Callable[[], Answer]) -> Answer:
        """Returns the last answer of at most four. Raises SessionError."""
        for tries_left in reversed(range(_TRIES)):
            answer = attempt()
            self._recorder.answer(self._shown(answer))
            wait_s = retry_after_s(answer.headers) if answer.status in _BUSY else None
            if wait_s is None or not tries_left or wait_s > min(_LONGEST_S, self._deadline.left_s):
                break
            self._recorder.note(f"The server asks to wait {wait_s:g} s")
            self._deadline.pause(wait_s)
        return answer

    def _shown(self, answer: Answer) -> str:
        request_id = answer.headers.get("request-id", "")
        shown = f"{answer.status} {answer.reason}" + (f" · request-id {request_id}" if request_id else "")
        return self._recorder.redactor.redact(shown)
