"""The adviser: diagnoses failures, be they of now or of earlier."""

from collections.abc import Callable, Sequence

from smtp_desktop.domain.diagnosis.context import FailureContext, failure_context_of
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Party, Stage, Timeline
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis, diagnose
from smtp_desktop.domain.diagnosis.rules import AdviceRule, RuleSet
from smtp_desktop.domain.smtp.profile import ProfileType, SmtpProfile

_GRAPH_STAGES = frozenset({Stage.TOKEN, Stage.MAILBOX, Stage.SEND})
_INTRODUCTION_LINES = 40  # greeting and EHLO of the longest servers


class Adviser:
    """Finds out what a failure means and what to do about it. Safe from every thread."""

    def __init__(self, advice_rules: Callable[[RuleSet], Sequence[AdviceRule]]) -> None:
        self._advice_rules = advice_rules

    def diagnose(self, failure: Failure, profile: SmtpProfile | None, *, server_words: str = "") -> Diagnosis:
        """Returns the diagnosis of `failure`. `profile` is the SMTP that failed, None where it was deleted;
        `server_words` are what its server said of itself."""
        rule_set = _rule_set_of(failure, profile)
        # The SMTP may be of another type by now: its host then says nothing about this failure.
        same = profile is not None and (profile.type is ProfileType.GRAPH) is (rule_set is RuleSet.GRAPH)
        context = failure_context_of(profile, server_words=server_words) if profile and same else FailureContext()
        return diagnose(failure, context, self._advice_rules(rule_set))

    def diagnose_sign_in(self, failure: Failure, profile: SmtpProfile | None) -> Diagnosis:
        """Returns the diagnosis of `failure` in a conversation with the authorization server of `profile`, whatever its
        stage: a failure to connect there says nothing about the mail server. `profile` is None where it is not complete
        yet."""
        context = failure_context_of(profile) if profile else FailureContext()
        return diagnose(failure, context, self._advice_rules(RuleSet.OAUTH))

    def diagnose_timeline(self, timeline: Timeline, profile: SmtpProfile) -> Diagnosis | None:
        """Returns the diagnosis of a conversation through `profile`; None where it did not fail."""
        if timeline.failure is None:
            return None
        return self.diagnose(timeline.failure, profile, server_words=server_words_of(timeline))


def _rule_set_of(failure: Failure, profile: SmtpProfile | None) -> RuleSet:
    if failure.stage is Stage.TOKEN and profile and profile.needs_token:
        return RuleSet.OAUTH
    if isinstance(failure.reply, HttpReply) or failure.stage in _GRAPH_STAGES:
        return RuleSet.GRAPH
    graph = profile is not None and profile.type is ProfileType.GRAPH and not failure.reply
    return RuleSet.GRAPH if graph else RuleSet.GENERIC


def server_words_of(timeline: Timeline) -> str:
    """Returns what the server said of itself: its greeting and its answer to EHLO."""
    said = [line.text for line in timeline.transcript if line.party is Party.SERVER]
    return "\n".join(said[:_INTRODUCTION_LINES])
