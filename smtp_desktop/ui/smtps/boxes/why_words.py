"""The words for what an SMTP fails with, as its panel begins."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.delivery.hold_words import moment_text
from smtp_desktop.domain.diagnosis.actions import Means
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep, Frontend
from smtp_desktop.domain.diagnosis.conversation import HttpReply, Reply
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind
from smtp_desktop.domain.diagnosis.stages import said_text
from smtp_desktop.domain.smtp.completeness import enter_words, missing_fields, needs_words
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.last_failure import LastFailure
from smtp_desktop.ui.cards.smtp_words import failure_word
from smtp_desktop.ui.checks.fault_field import fault_field
from smtp_desktop.ui.checks.means import means_after
from smtp_desktop.ui.checks.sign_in_offer import SignInOffer, sign_in_offer
from smtp_desktop.ui.widgets.message_text import one_line, shown

# What passes by itself, or is not in the form: trying again comes before editing.
_PASSING = frozenset(
    {
        Cause.LIMIT,
        Cause.SERVER_BUSY,
        Cause.SERVER_SILENT,
        Cause.GREYLISTED,
        Cause.OUTCOME_UNKNOWN,
        Cause.THIS_COMPUTER,
        Cause.NETWORK_REFUSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyWords:
    """What the box says. `since` says since when and how often, `meaning` what happened where no server said so; `said`
    is what the server said, word for word; `page` is the address of one that the server names. `field` is the one at
    fault, in snake case; `buttons` are the object names of those that help, the most helpful first. `stale` is what was
    found before the settings were changed, and `untried` what is known without a try."""

    title: str
    since: str
    meaning: str = ""
    said_by: str = ""
    said: str = ""
    step: str = ""
    page: str = ""
    field: str = ""
    buttons: tuple[str, ...] = ()
    stale: bool = False
    unknown: bool = False
    untried: bool = False


def why_words(failure: LastFailure, profile: SmtpProfile, now: datetime) -> WhyWords:
    """Returns the words for what that SMTP fails with."""
    last = failure.last
    result = last.result
    word = _tr("Working") if result.ok else failure_word(result)
    if not result.is_of(profile):
        return WhyWords(
            title=_tr("Not tested since the change"),
            since=_tr("Before the change: {word}, at {time}.").format(word=word, time=moment_text(result.at, now)),
            buttons=("againButton",),
            stale=True,
        )
    field = fault_field(last.failure, last.diagnosis, profile.server)
    advice = last.diagnosis.advice if last.diagnosis else None
    reply = last.failure.reply if last.failure else None
    means = means_after(draft_of(profile), last.failure, last.diagnosis)
    steps = _own_steps(advice, means)
    return WhyWords(
        title=shown(advice.title) if advice else word,
        since=_since(failure, word, now),
        meaning=shown(last.failure.message) if last.failure and reply is None else "",
        said_by=shown(said_text(reply, result.stage)) if reply else _tr("The server said"),
        said=_said(reply) or one_line(result.reply),
        step=steps[0].at(Frontend.WINDOW, shown) if steps else "",
        page=_page(advice),
        field=field,
        buttons=_buttons(result, field, means, sign_in_offer(profile.server, result.cause)),
        unknown=result.kind is FailureKind.OUTCOME_UNKNOWN,
    )


def incomplete_words(profile: SmtpProfile) -> WhyWords | None:
    """Returns the words for an SMTP that was imported without something that it can't send without; None for any
    other."""
    missing = missing_fields(profile)
    if not missing:
        return None
    return WhyWords(
        title=shown(needs_words(missing[0])),
        since=shown(enter_words(profile, missing[0])),
        field=missing[0],
        buttons=("editFaultButton",),
        unknown=True,
        untried=True,
    )


def _since(failure: LastFailure, word: str, now: datetime) -> str:
    since = moment_text(failure.since, now)
    if failure.count == 1:
        return _tr("{word} at {time}.").format(word=word, time=since)
    form = _tr("{word} since {time}, {n} attempts in a row.")
    if failure.only_checks:
        form = _tr("{word} since {time}, {n} checks in a row.")
    return form.format(word=word, time=since, n=failure.count)


def _said(reply: Reply | HttpReply | None) -> str:
    if isinstance(reply, HttpReply) or reply is None:
        return one_line(str(reply)) if reply else ""
    mark = " ".join(part for part in (str(reply.code), reply.enhanced_code) if part)
    return "\n".join(one_line(f"{mark} {line}") for line in reply.text if line) or mark


def _own_steps(advice: Advice | None, means: frozenset[Means]) -> list[AdviceStep]:
    # The page that the server names has a link of its own.
    steps = advice.steps_for(Frontend.WINDOW, means) if advice else ()
    return [step for step in steps if "page" not in step.text.values]


def _page(advice: Advice | None) -> str:
    texts = (step.text for step in (advice.steps if advice else ()))
    pages = (str(text.values["page"]) for text in texts if "page" in text.values)
    return next((page for page in pages if page.startswith(("https://", "http://"))), "")


def _buttons(result: CheckResult, field: str, means: frozenset[Means], sign_in: SignInOffer | None) -> tuple[str, ...]:
    if sign_in is SignInOffer.AGAIN:
        return (sign_in, "againButton")
    change = [sign_in] if sign_in else []
    helpful = [*change, *(["trustButton"] if Means.TRUST in means else []), *(["editFaultButton"] if field else [])]
    find = ["findSettingsButton"] if Means.FIND_SETTINGS in means else []
    if result.cause in _PASSING or not helpful:
        return ("againButton", *helpful, *find)
    if result.cause in {Cause.SERVER_UNREACHABLE, Cause.ENCRYPTION, Cause.PROTOCOL, Cause.HOST_UNKNOWN}:
        return (*find, *helpful, "againButton")
    # A refused password above all: trying it again may lock the account.
    return (*helpful, "againButton", *find)


def _tr(source: str) -> str:
    return QCoreApplication.translate("WhyBox", source)
