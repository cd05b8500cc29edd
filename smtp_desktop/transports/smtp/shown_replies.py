"""Replies without a secret, as they are shown."""

from smtp_desktop.domain.diagnosis.conversation import Reply
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.protocol import RawReply, redacted
from smtp_desktop.transports.timeline_recorder import lines_of

_MOST = 32


class ShownReplies:
    """The replies of one connection. In bulk the same few come again and again: those are made once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...], bytes], tuple[Reply, list[str]]] = {}

    def of(self, raw: RawReply) -> tuple[Reply, list[str]]:
        """Returns the reply, in which there is no secret, and its lines in a transcript."""
        key = raw.code, raw.texts, raw.raw
        if known := self._known.get(key):
            return known
        (reply,) = redacted((raw,), SecretRedactor())
        shown = reply, lines_of(reply)
        if len(self._known) < _MOST:
            self._known[key] = shown
        return shown
