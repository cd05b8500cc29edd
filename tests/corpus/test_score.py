"""The table of scores."""

from corpus.case import Case
from corpus.judgement import judged
from corpus.play import Outcome
from corpus.score import Scored, cause_of, table

from smtp_desktop.domain.diagnosis.kinds import Cause


def scored(name: str, cause: Cause | None, outcome: Outcome, **more: str) -> Scored:
    case = Case(id=name, source="", host="", stage="rcpt", cause=cause, **more)
    return Scored(case=case, judgement=judged(case, outcome))


def test_it_counts_what_is_right_of_what_a_case_says() -> None:
    full = Outcome(cause=Cause.RECIPIENT_FULL, exit=75, advice="The mailbox is full")
    results = [
        scored("full", Cause.RECIPIENT_FULL, full, first_step="full"),
        scored("grey", Cause.GREYLISTED, full, first_step="greylist"),
        scored("unclear", None, full),
    ]

    assert table("by cause", results, cause_of) == [
        "by cause        cases  cause  first advice  exit code  fate  all right",
        "(not said)          1      -             -          -     -        1/1",
        "greylisted          1    0/1           0/1        1/1   1/1        0/1",
        "recipient_full      1    1/1           1/1        1/1   1/1        1/1",
        "all                 3    1/2           1/2        2/2   2/2        2/3",
    ]


def test_the_wrong_fate_is_said_in_words() -> None:
    judgement = scored("limit", Cause.LIMIT, Outcome(cause=Cause.RECIPIENT_REFUSED, exit=67)).judgement

    assert judgement.problems == (
        "the cause is recipient_refused, not limit",
        "the exit code is 67, not one of (75,)",
        "what follows is: the mail refused, the SMTP goes_on, no backup, "
        "not: the mail waits, the SMTP paused, the backup takes over",
    )
