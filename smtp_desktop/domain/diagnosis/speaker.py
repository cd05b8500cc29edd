"""The words for whoever gave an answer: a mail server, Microsoft, an authorization server, or what is in its place."""

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.message_text import MessageText, msg

_NOT_THE_SERVICE = frozenset({FailureKind.NOT_GRAPH, FailureKind.NOT_AUTHORIZATION_SERVER})


def speaker_words(failure: Failure) -> MessageText:
    """Returns who gave the reply in `failure`, such as "Microsoft said", to be followed by it."""
    if isinstance(failure.reply, HttpReply):
        if failure.kind is FailureKind.PROXY:
            return msg("The proxy said")
        if failure.kind in _NOT_THE_SERVICE:
            return msg("The answer was")
        # Entra ID describes its refusals with numbers, which no other authorization server has.
        at_others = failure.stage is Stage.TOKEN and not failure.reply.aadsts
        return msg("The authorization server said") if at_others else msg("Microsoft said")
    return msg("The server said")
