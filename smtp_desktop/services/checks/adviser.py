"""The adviser: what a failure means, and what to do about it."""

from collections.abc import Callable, Sequence

from smtp_desktop.domain.diagnosis.advice import Advice, AdviceRule, FailureContext, advise, failure_context_of
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Stage
from smtp_desktop.domain.smtp.profile import ProfileType, SmtpProfile

_GRAPH_STAGES = frozenset({Stage.TOKEN, Stage.MAILBOX, Stage.SEND})


class Adviser:
    """Finds the advice on a failure, be it of now or of earlier."""

    def __init__(self, advice_rules: Callable[[ProfileType], Sequence[AdviceRule]]) -> None:
        self._advice_rules = advice_rules

    def advice_on(self, failure: Failure, profile: SmtpProfile | None) -> Advice | None:
        """Returns what `failure` means and what to do about it, if any rule fits. `profile` is the SMTP that failed;
        None where it was deleted."""
        kind = profile.type if profile else ProfileType.GENERIC
        if isinstance(failure.reply, HttpReply) or failure.stage in _GRAPH_STAGES:
            kind = ProfileType.GRAPH
        elif failure.reply:
            kind = ProfileType.GENERIC
        # The SMTP may be of another type by now: its host then says nothing about this failure.
        context = failure_context_of(profile.server) if profile and profile.type is kind else FailureContext()
        return advise(self._advice_rules(kind), failure, context)
