"""The advice for Microsoft 365 mailboxes: each answer that is known gets what helps with it."""

from dataclasses import replace

import pytest
from domain.diagnosis.graph_advice_examples import CONTEXT, EXAMPLES, GraphExample
from fakes.known_advice import GRAPH_DOCUMENTS as DOCUMENTS

from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, HttpReply, Reply, Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.rules import rules_from
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.providers import Providers

RULES = rules_from(DOCUMENTS, Providers())
GENERAL = {
    "Entra ID refused the sign-in",
    "Microsoft Graph refused the request",
    "Microsoft 365 does not allow this",
    "The draft of the large message was refused",
    DOCUMENTS[-1]["title"],
}

DRAFTS_DIFFER = {
    "The app may not send from this mailbox",
    "Microsoft 365 does not allow this",
    "Microsoft Graph does not know what was requested",
    "Microsoft Graph refused the request",
}

# Entra ID's codes, with a word of the title that each should get.
AADSTS = {
    "client secret is not valid": (7000215,),
    "secret has expired": (7000222,),
    "does not know the app": (700016, 700011),
    "no tenant": (90002, 900023),
    "cloud": (90038, 900382),
    "user name and password": (50126,),
    "no user": (50034, 51004),
    "another tenant": (50020,),
    "password has expired": (50055, 50144),
    "disabled": (50057,),
    "locked": (50053,),
    "no password": (50056,),
    "second factor": (50076, 50074, 50078, 50079, 50072),
    "policy": (53000, 53001, 53002, 53003, 530032),
    "Security defaults": (530035,),
    "consent": (65001, 65004, 90094, 90095),
    "Mail.Send": (650056, 650057, 65005),
    "received no client secret": (7000218,),
    "without a secret": (700025,),
    "scope": (70011, 28002),
    "Graph address": (500011,),
    "mistyped": (9002313, 900144, 90014),
    "one tenant": (9001023, 50194),
    "The app is disabled": (7000112, 70001, 1000031),
    "assigned": (50105,),
    "busy": (90033, 90006, 50033, 90024, 50087),
    "too often": (50196,),
    "no longer valid": (700082, 70043, 50173, 70008),
}
# Graph's answers, in the same way.
GRAPH_ERRORS = [
    (401, "InvalidAuthenticationToken", "token"),
    (403, "ErrorAccessDenied", "may not send from"),
    (403, "ErrorSendAsDenied", "send as"),
    (403, "Authorization_RequestDenied", "may not send from"),
    (403, "Forbidden", "may not send from"),
    (403, "NoPermissionsInAccessToken", "no permissions yet"),
    (404, "MailboxNotEnabledForRESTAPI", "no mailbox in Exchange Online"),
    (404, "ResourceNotFound", "user name"),
    (404, "ErrorInvalidUser", "user name"),
    (404, "Request_ResourceNotFound", "user name"),
    (400, "ErrorInvalidRecipients", "recipient"),
    (400, "ErrorInvalidParameter", "part of the message"),
    (400, "RequestBodyRead", "part of the message"),
    (400, "ErrorMimeContentInvalidBase64String", "formatted the message incorrectly"),
    (413, "", "larger"),
    (413, "RequestEntityTooLarge", "larger"),
    (400, "ErrorMessageSizeExceeded", "larger"),
    (429, "ApplicationThrottled", "slow down"),
    (503, "", "busy"),
    (504, "", "not certain"),
    (403, "ErrorQuotaExceeded", "full"),
    (400, "ErrorExceededMessageLimit", "limit"),
]
NEEDS_A_PERSON = (50076, 50074, 50078, 50079, 50072, 53000, 53001, 53002, 53003, 530032, 530035)
KINDS = {
    FailureKind.HOST_NOT_FOUND,
    FailureKind.HOST_LOOKUP_FAILED,
    FailureKind.REFUSED,
    FailureKind.UNREACHABLE,
    FailureKind.TIMED_OUT,
    FailureKind.CLOSED,
    FailureKind.TLS_BROKEN,
    FailureKind.TLS_TOO_OLD,
    FailureKind.TOO_LARGE,
    FailureKind.CANCELLED,
    FailureKind.TOKEN_REFUSED,
    FailureKind.FEDERATED,
    FailureKind.GRAPH_REFUSED,
    FailureKind.DRAFT_REFUSED,
    FailureKind.NOT_GRAPH,
    FailureKind.PROXY,
    FailureKind.OUTCOME_UNKNOWN,
}


def failed(
    kind: FailureKind, stage: Stage, reply: HttpReply | None = None, fault: CertificateFault | None = None
) -> Failure:
    return Failure(stage=stage, kind=kind, message=msg("It failed."), reply=reply, certificate_fault=fault)


def advice_for(failure: Failure) -> Advice:
    advice = diagnose(failure, CONTEXT, RULES).advice
    assert advice is not None
    return advice


def entra_advice(*numbers: int, status: int = 400) -> Advice:
    reply = HttpReply(code=status, error_code=f"AADSTS{numbers[0]}", aadsts=numbers)
    return advice_for(failed(FailureKind.TOKEN_REFUSED, Stage.TOKEN, reply))


def graph_advice(status: int, code: str = "", *, stage: Stage = Stage.SEND, words: str = "") -> Advice:
    reply = HttpReply(code=status, error_code=code, text=(words,))
    return advice_for(failed(FailureKind.GRAPH_REFUSED, stage, reply))


def text_of(advice: Advice) -> str:
    return " ".join(str(sentence) for sentence in (advice.title, advice.meaning, *advice.steps))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_failure_gets_the_advice(example: GraphExample) -> None:
    assert str(advice_for(example.failure).title) == example.title


def test_every_rule_has_an_example_and_so_none_is_unreachable() -> None:
    assert {document["title"] for document in DOCUMENTS} == {e.title for e in EXAMPLES}


def test_every_number_and_code_of_a_rule_has_an_example() -> None:
    conditions = [w for d in DOCUMENTS for w in (d["when"] if isinstance(d["when"], list) else [d["when"]])]
    of_rules = {n for when in conditions for n in (*when.get("aadsts", ()), *when.get("errors", ()))}
    of_examples = {n for e in EXAMPLES for n in (*e.aadsts, e.error_code)}
    assert of_rules - of_examples == set()


def test_every_row_of_the_tables_has_an_example() -> None:
    """And so a server gives it: see tests/transports/graph/test_graph_advice_on_the_wire.py."""
    assert {number for numbers in AADSTS.values() for number in numbers} <= {n for e in EXAMPLES for n in e.aadsts}
    given = {one.error_code or one.status for one in EXAMPLES if one.kind is FailureKind.GRAPH_REFUSED}
    assert {code or status for status, code, _ in GRAPH_ERRORS} <= given


@pytest.mark.parametrize(
    ("number", "word"), [(number, word) for word, numbers in AADSTS.items() for number in numbers], ids=str
)
@pytest.mark.parametrize("status", [400, 401, 429, 503])
def test_a_known_code_of_entra_id_gets_advice_of_its_own(number: int, word: str, status: int) -> None:
    title = str(entra_advice(number, status=status).title)
    assert word in title
    assert title not in GENERAL


def test_one_known_code_among_several_is_enough() -> None:
    assert entra_advice(99999999, 50076) == entra_advice(50076)


@pytest.mark.parametrize(("status", "code", "word"), GRAPH_ERRORS)
def test_a_known_answer_of_graph_gets_advice_of_its_own(status: int, code: str, word: str) -> None:
    title = str(graph_advice(status, code).title)
    assert word in title
    assert title not in GENERAL


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if e.kind is FailureKind.GRAPH_REFUSED and e.stage is Stage.SEND], ids=str
)
def test_the_draft_of_a_large_mail_gets_the_same_advice(example: GraphExample) -> None:
    advice = advice_for(replace(example.failure, kind=FailureKind.DRAFT_REFUSED))
    if example.title in DRAFTS_DIFFER:
        assert "draft" in str(advice.title)
    else:
        assert str(advice.title) == example.title


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 505, 507])
def test_a_fault_at_microsoft_is_not_blamed_on_what_was_entered(status: int) -> None:
    reply = HttpReply(code=status)
    of_entra = advice_for(failed(FailureKind.TOKEN_REFUSED, Stage.TOKEN, reply))
    of_graph = graph_advice(status, stage=Stage.MAILBOX)

    assert str(of_entra.title) == "Entra ID had a fault of its own"
    assert any(phrase in str(of_graph.title) for phrase in ("a fault of its own", "busy"))


def test_words_of_graph_are_not_taken_for_those_of_entra_id() -> None:
    assert graph_advice(403, "ErrorAccessDenied", words="multi-factor") == graph_advice(403, "ErrorAccessDenied")


@pytest.mark.parametrize("number", NEEDS_A_PERSON)
def test_where_a_password_can_not_do_the_way_out_is_app_only(number: int) -> None:
    assert str(entra_advice(number).steps[0]).startswith("Use the app-only sign-in")


def test_a_federated_account_is_shown_the_way_out_too() -> None:
    assert "app-only" in str(advice_for(failed(FailureKind.FEDERATED, Stage.TOKEN)).steps[0])


def test_which_permission_is_missing_depends_on_what_was_refused() -> None:
    refusal = HttpReply(code=403, error_code="ErrorAccessDenied")
    sending = text_of(graph_advice(403, "ErrorAccessDenied"))
    reading = text_of(graph_advice(403, "ErrorAccessDenied", stage=Stage.MAILBOX))
    drafting = text_of(advice_for(failed(FailureKind.DRAFT_REFUSED, Stage.SEND, refusal)))

    assert "Mail.Send" in sending
    assert "RBAC" in sending
    assert "2 hours" in sending
    assert "Mail.Read " not in sending
    assert "Mail.Read " in reading
    assert "Mail.ReadBasic" in reading
    assert "Sending does not need it" in reading
    assert "Mail.ReadWrite" in drafting
    assert "Mail.ReadWrite" not in sending + reading


@pytest.mark.parametrize("stage", [Stage.MAILBOX, Stage.SEND])
@pytest.mark.parametrize("words", ["Access to OData is disabled.", "[RestrictedAccess] AppOnly AccessPolicy settings"])
def test_a_mailbox_outside_the_scope_is_distinguished_from_a_missing_permission(stage: Stage, words: str) -> None:
    advice = graph_advice(403, "ErrorAccessDenied", stage=stage, words=words)
    assert "policy" in str(advice.title)
    assert "2 hours" in text_of(advice)


@pytest.mark.parametrize(
    "failure",
    [
        failed(FailureKind.OUTCOME_UNKNOWN, Stage.SEND),
        failed(FailureKind.GRAPH_REFUSED, Stage.SEND, HttpReply(code=504)),
        failed(FailureKind.DRAFT_REFUSED, Stage.SEND, HttpReply(code=504)),
    ],
    ids=lambda failure: failure.kind,
)
def test_a_mail_that_may_have_been_sent_is_not_called_failed(failure: Failure) -> None:
    advice = advice_for(failure)
    assert "whether the mail was sent" in str(advice.title)
    # Without a reply the meaning is not shown, so the first step has to say it.
    assert "Sent Items" in str(advice.steps[0])
    assert "Before you send it again" in str(advice.steps[0])


@pytest.mark.parametrize("title", ["Entra ID refused the sign-in", "Microsoft Graph refused the request"])
def test_the_last_resorts_name_the_ids_that_support_asks_for(title: str) -> None:
    (advice,) = (rule.advice for rule in RULES if str(rule.advice.title) == title)
    assert ("request-id" in text_of(advice)) == ("Graph" in title)
    assert ("correlation ID" in text_of(advice)) == ("trace ID" in text_of(advice)) == ("Entra" in title)
    assert all(word in text_of(RULES[-1].advice) for word in ("request-id", "correlation", "trace"))


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("stage", [Stage.FIND_HOST, Stage.CONNECT, Stage.TOKEN, Stage.MAILBOX, Stage.SEND])
def test_every_kind_of_failure_gets_advice_of_its_own(kind: FailureKind, stage: Stage) -> None:
    assert advice_for(failed(kind, stage)) != RULES[-1].advice


@pytest.mark.parametrize("fault", CertificateFault)
def test_every_fault_of_a_certificate_gets_advice(fault: CertificateFault) -> None:
    assert "certif" in text_of(advice_for(failed(FailureKind.CERTIFICATE, Stage.CONNECT, fault=fault)))


@pytest.mark.parametrize("kind", [FailureKind.TOKEN_REFUSED, FailureKind.GRAPH_REFUSED, FailureKind.DRAFT_REFUSED])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 502, 503, 504, 599])
def test_every_refusing_status_gets_advice_of_its_own(kind: FailureKind, status: int) -> None:
    reply = HttpReply(code=status, error_code="Xyzzy")
    assert advice_for(failed(kind, Stage.SEND, reply)) != RULES[-1].advice


def test_conditions_on_a_graph_answer_do_not_fit_an_smtp_reply() -> None:
    said = Reply(code=550, text=("ErrorSendAsDenied AADSTS50076",))
    for conditions in ({"errors": ["ErrorSendAsDenied"]}, {"aadsts": [50076]}):
        (rule,) = rules_from([{"when": conditions, "title": "", "meaning": "", "steps": []}], Providers())
        failure = Failure(stage=Stage.SEND, kind=FailureKind.REPLY, message=msg("no"), reply=said)
        assert not rule.fits(failure, CONTEXT)


@pytest.mark.parametrize("conditions", [{"errors": ["Forbidden"]}, {"aadsts": [50074]}, {"codes": [401]}], ids=str)
def test_each_condition_must_hold(conditions: dict[str, object]) -> None:
    holding = {"errors": ["AADSTS50076"], "aadsts": [50076, 1], "codes": [400], "words": "^400 AADSTS50076 no$"}
    rule = {"title": "", "meaning": "", "steps": []}
    reply = HttpReply(code=400, error_code="AADSTS50076", aadsts=(50076, 50079), text=("no",))
    failure = failed(FailureKind.TOKEN_REFUSED, Stage.TOKEN, reply)

    assert rules_from([rule | {"when": holding}], Providers())[0].fits(failure, CONTEXT)
    assert not rules_from([rule | {"when": holding | conditions}], Providers())[0].fits(failure, CONTEXT)
    closed = failed(FailureKind.CLOSED, Stage.TOKEN)
    assert not rules_from([rule | {"when": conditions}], Providers())[0].fits(closed, CONTEXT)
