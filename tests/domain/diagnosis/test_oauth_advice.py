"""The advice for sign-ins with a token: by its cause, and by who has to do something."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from domain.diagnosis.oauth_advice_examples import (
    EXAMPLES,
    OWN_DOCUMENTS,
    WORDINGS,
    OAuthExample,
    conditions,
    context_of,
    failure_in,
    refusal,
    said,
)
from fakes.known_advice import OAUTH_DOCUMENTS, OAUTH_RULES, SMTP_RULES, TOKEN_DOCUMENTS

from smtp_desktop.domain.diagnosis.consequences import Fault, SmtpConsequence, consequence_of
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis, diagnose
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import msg

GENERAL = {"The authorization server refused the sign-in", OAUTH_DOCUMENTS[-1]["title"]}
WAITS = ("Wait", "Try again", "Check that this computer is online")


def wording_id(wording: Mapping[str, Any]) -> str:
    return f"{wording['source']} {wording.get('error', wording.get('reply', ''))}"[:70]


def diagnosis_of(failure: Failure, context: FailureContext) -> Diagnosis:
    diagnosed = diagnose(failure, context, OAUTH_RULES if failure.stage is Stage.TOKEN else SMTP_RULES)
    assert diagnosed.advice is not None
    return diagnosed


def title_of(failure: Failure, context: FailureContext) -> str:
    return str(diagnosis_of(failure, context).advice.title)  # type: ignore[union-attr]  # asserted above


@pytest.mark.parametrize("wording", WORDINGS, ids=wording_id)
def test_the_wording_has_its_cause(wording: Mapping[str, Any]) -> None:
    failure, context = failure_in(wording)
    assert diagnosis_of(failure, context).cause == wording["cause"]
    assert title_of(failure, context) not in GENERAL


@pytest.mark.parametrize("wording", WORDINGS, ids=wording_id)
def test_the_first_step_says_who_has_to_do_something(wording: Mapping[str, Any]) -> None:
    advice = diagnosis_of(*failure_in(wording)).advice
    assert advice is not None
    first = str(advice.steps[0])
    assert party_of(first) == wording["who"], first


def party_of(step: str) -> str:
    if step.startswith(WAITS):
        return "nobody"
    if "user of the mailbox" in step:
        return "user"
    return "administrator" if "administrator" in step else "here"


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_failure_gets_the_advice(example: OAuthExample) -> None:
    assert title_of(example.failure, example.context) == example.title


def test_every_rule_has_an_example_and_so_none_is_unreachable() -> None:
    reached = {title_of(*failure_in(wording)) for wording in WORDINGS} | {one.title for one in EXAMPLES}
    reached |= {title for title, _, _ in conditions()}
    assert {document["title"] for document in (*OWN_DOCUMENTS, *TOKEN_DOCUMENTS)} - reached == {
        OAUTH_DOCUMENTS[-1]["title"]
    }


@pytest.mark.parametrize(("title", "failure", "context"), list(conditions()))
def test_each_number_error_and_detail_of_a_rule_leads_to_it(
    title: str, failure: Failure, context: FailureContext
) -> None:
    assert title_of(failure, context) == title


@pytest.mark.parametrize("kind", FailureKind)
def test_a_failure_of_the_network_does_not_ask_anybody_to_sign_in_again(kind: FailureKind) -> None:
    network = {"host_not_found", "host_lookup_failed", "refused", "unreachable", "timed_out", "closed", "proxy"}
    failure = Failure(stage=Stage.TOKEN, kind=kind, message=msg("It failed."))
    diagnosed = diagnosis_of(failure, context_of("browser", "other"))
    asks = any("sign_in" in step.actions for step in diagnosed.advice.steps) if diagnosed.advice else False
    if kind in network:
        assert diagnosed.cause is not Cause.SIGN_IN_ENDED
        assert consequence_of(diagnosed.cause).smtp is SmtpConsequence.PAUSED
        assert not asks


def test_an_ended_sign_in_holds_the_smtp_and_the_backup_takes_over() -> None:
    consequence = consequence_of(Cause.SIGN_IN_ENDED)
    assert (consequence.smtp, consequence.backup, consequence.fault) == (SmtpConsequence.HELD, True, Fault.ACCOUNT)


@pytest.mark.parametrize("sign_in", ["browser", "device", "app-only"])
def test_the_line_that_grants_the_right_to_a_mailbox_is_filled_in(sign_in: str) -> None:
    context = context_of(sign_in, "microsoft", host="smtp.office365.com")
    diagnosed = diagnosis_of(said("content", "430 4.2.0 STOREDRV; mailbox logon failure; denied"), context)
    steps = " ".join(str(step) for step in diagnosed.advice.steps) if diagnosed.advice else ""
    line = (
        "Add-MailboxPermission -Identity svc@company.example -User "
        "(Get-ServicePrincipal 8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab).Identity -AccessRights FullAccess"
    )
    assert diagnosed.cause is Cause.PERMISSION_MISSING
    assert (line in steps) is (sign_in == "app-only")


@pytest.mark.parametrize("client_id", ["", "x; Remove-Mailbox boss", "$(evil)", "a b", '"'])
def test_nothing_that_means_something_to_a_shell_gets_into_a_command(client_id: str) -> None:
    context = context_of("app-only", "microsoft", host="smtp.office365.com", client_id=client_id)
    advice = diagnosis_of(said("content", "430 4.2.0 STOREDRV; mailbox logon failure"), context).advice
    assert advice is not None
    assert "(Get-ServicePrincipal CLIENT_ID).Identity" in str(advice.steps[0])


@pytest.mark.parametrize(
    "host", ["smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com", "mail.company.example"]
)
@pytest.mark.parametrize("authority", ["google", "microsoft", "other"])
@pytest.mark.parametrize("sign_in", ["browser", "device", "app-only"])
def test_nobody_is_told_of_a_password_where_a_token_was_refused(host: str, authority: str, sign_in: str) -> None:
    context = context_of(sign_in, authority, host=host)
    for reply in ("535 5.7.8 Error: authentication failed", "535 5.7.3 Authentication unsuccessful", "535 5.7.8 Nope"):
        advice = diagnosis_of(said("sign_in", reply), context).advice
        texts = [str(advice.title), str(advice.meaning), *map(str, advice.steps)] if advice else []
        assert not re.search("password", " ".join(texts), re.IGNORECASE)


@pytest.mark.parametrize("wording", [one for one in WORDINGS if "https://" in one.get("reply", "")], ids=wording_id)
def test_no_page_about_passwords_is_opened(wording: Mapping[str, Any]) -> None:
    advice = diagnosis_of(*failure_in(wording)).advice
    assert advice is not None
    assert not any("page that the server names" in str(step) for step in advice.steps if "aka.ms" not in str(step))


def test_only_a_page_for_people_is_opened() -> None:
    context = context_of("browser", "microsoft")
    for said_of, opened in (
        ("AADSTS500011: The resource principal named https://graph.microsoft.com/SMTP.Send was not found.", False),
        ("AADSTS50011: The redirect URI 'http://localhost:8083/' does not match.", False),
        ("AADSTS50011: It does not match. Navigate to https://aka.ms/redirectUriMismatchError to learn more.", True),
    ):
        advice = diagnosis_of(refusal(400, "invalid_request", said_of), context).advice
        assert advice is not None
        assert any("page that the server names" in str(step) for step in advice.steps) is opened


def test_every_text_is_short_and_every_title_is_one_rules() -> None:
    for documents in (OAUTH_DOCUMENTS, TOKEN_DOCUMENTS):
        titles = [document["title"] for document in documents]
        assert len(titles) == len(set(titles))
        for document in documents:
            steps = [step if isinstance(step, str) else step["step"] for step in document["steps"]]
            assert len(document["title"]) <= 60
            assert 1 <= len(steps) <= 6
            assert all(len(sentence) <= 200 for sentence in (document["meaning"], *steps))
