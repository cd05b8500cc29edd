"""Servers that have too many connections with this computer."""

import re

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Reply

_TOO_MANY_CODE = 432  # Exchange: concurrent connections limit exceeded
_TOO_MANY = re.compile(
    r"too many\b.{0,40}\b(connections?|sessions?)|(concurrent|simultaneous|parallel)\b.{0,40}\b(connections?|sessions?)"
    r"|(connections?|sessions?|thread) (count |number )?limit|max\w* (number of )?(connections?|sessions?)",
    re.IGNORECASE,
)


def asks_for_fewer_connections(reply: Reply | HttpReply | None) -> bool:
    """Whether the server says that too many connections are open at once."""
    return reply is not None and (reply.code == _TOO_MANY_CODE or _TOO_MANY.search(reply.words) is not None)
