"""Refusals that are alike: several in a row say more about the SMTP than about the mails."""

import re

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Reply
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.diagnosis.masking import folded, masked

SAME_REFUSALS = 3
"""So many mails in a row with the same refusal stop the queue of an SMTP."""
_NUMBER = re.compile(r"\b(?=\w*\d)[\w.-]+")  # words with a digit
_BLANKS = re.compile(r"\s+")
# RFC 3463 3.2, RFC 7505: these speak of the one address that they refuse, however many follow each other.
_OF_ONE_ADDRESS = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})


def refusal_pattern(cause: Cause, reply: Reply | HttpReply | None) -> str:
    """Returns what refusals of one kind have in common: their cause and reply, with what it quotes and numbers masked;
    "" for a refusal that speaks of one address or of a mail's size, or without a reply."""
    if reply is None or cause is Cause.MAIL_TOO_LARGE:
        return ""
    if isinstance(reply, Reply) and reply.enhanced_code.partition(".")[2] in _OF_ONE_ADDRESS:
        return ""
    words = _BLANKS.sub(" ", _NUMBER.sub("#", folded(masked(reply.words)))).strip()
    return f"{cause} {reply.code} {words}"
