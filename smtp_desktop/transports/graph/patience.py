"""Waiting when Microsoft asks for it."""

from collections.abc import Callable

from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.graph.http import Answer
from smtp_desktop.transports.graph.replies import retry_after_s
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_BUSY = frozenset({429, 503})
_TRIES = 4
_LONGEST_S = 60.0


class Patience:
    """Sends again what was answered with 429 or 503, when the server says after how long (RFC 6585 4, RFC 9110
    15.6.4): neither was acted upon. Who asks for longer than a person waits is told as refused."""

    def __init__(self, *, deadline: Deadline, recorder: TimelineRecorder) -> None:
        self._deadline = deadline
        self._recorder = recorder

    def send(self, attempt: Callable[[], Answer]) -> Answer:
        """Returns the last answer. Raises Ended."""
        for tries_left in reversed(range(_TRIES)):
            answer = attempt()
            self._recorder.answer(self._told(answer))
            wait_s = retry_after_s(answer.headers) if answer.status in _BUSY else None
            if wait_s is None or not tries_left or wait_s > min(_LONGEST_S, self._deadline.left_s):
                break
            self._recorder.note(f"Microsoft asks to wait {wait_s:g} s")
            self._deadline.pause(wait_s)
        return answer

    def _told(self, answer: Answer) -> str:
        request_id = answer.headers.get("request-id", "")
        told = f"{answer.status} {answer.reason}" + (f" · request-id {request_id}" if request_id else "")
        return self._recorder.redactor.clean(told)
