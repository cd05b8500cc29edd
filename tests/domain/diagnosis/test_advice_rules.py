"""The advice that ships: every rule is reachable, speaks of what it should, and no known failure is without it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from domain.diagnosis.advice_examples import EXAMPLES
from domain.diagnosis.advice_examples.example import SERVER, Example, said, silent
from fakes.known_advice import DELIVERY_DOCUMENTS, GRAPH_DOCUMENTS, OAUTH_DOCUMENTS, TOKEN_DOCUMENTS
from fakes.known_advice import SMTP_DOCUMENTS as DOCUMENTS
from fakes.known_advice import SMTP_RULES as RULES
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.diagnosis.actions import Means
from smtp_desktop.domain.diagnosis.advice import Advice, Frontend
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.message_text import msg

ADVISED = sorted({name for one in PROVIDERS.all for name in one.advised_as})


def conditions_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the alternatives of a rule's condition."""
    when = document["when"]
    return when if isinstance(when, list) else [when]


def regular_expression(words: str | list[str]) -> str:
    """Returns the one that stands for a list of them."""
    return words if isinstance(words, str) else "|".join(words)


def texts_of(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the rules that have a text of their own."""
    return [document for document in documents if "advice" not in document]


each_file = pytest.mark.parametrize(
    "documents",
    [[*TOKEN_DOCUMENTS, *DOCUMENTS], GRAPH_DOCUMENTS, OAUTH_DOCUMENTS],
    ids=["smtp", "graph", "oauth"],
)

# Kinds that only the sign-in at an authorization server and a Microsoft 365 mailbox fail with; the others can stop an
# SMTP server's conversation.
GRAPH_KINDS = {
    FailureKind.NOT_AUTHORIZATION_SERVER,
    FailureKind.NOT_SIGNED_IN,
    FailureKind.TOKEN_REFUSED,
    FailureKind.FEDERATED,
    FailureKind.GRAPH_REFUSED,
    FailureKind.DRAFT_REFUSED,
    FailureKind.NOT_GRAPH,
    FailureKind.PROXY,
    FailureKind.RECIPIENTS_DIFFER,
}
SMTP_STAGES = (Stage.GREET, Stage.SECURE, Stage.SIGN_IN, Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)
# The table of replies, the table of symptoms of TLS, and what other programs explain: see `Example.rows`.
ROWS: set[int | str] = {
    *range(1, 69),
    "section 2: XXXXXXXA",
    "section 2: untrusted issuer",
    "section 2: name mismatch",
    "section 2: silence then close on 25",
    "section 2: wrong version number",
    "section 5: Yahoo/AOL/AT&T",
    "section 5: GMX/WEB.DE",
    "section 5: Fastmail",
    "section 5: Yandex and others",
    "section 5: T-Online",
    "no reply: DNS NXDOMAIN",
    "no reply: DNS",
    "no reply: refused",
    "no reply: unreachable",
    "no reply: timeout",
    "no reply: timeout on 25",
    "peers: crossed TLS",
    "peers: wrong version number",
    "peers: STARTTLS not offered",
    "peers: old TLS",
    "peers: hang-up during sign-in",
    "peers: no AUTH before TLS",
    "peers: AUTH without our mechanism",
    "peers: 454 4.7.0",
    "peers: 421 4.7.0",
    "peers: 450 4.2.1",
    "peers: 550 5.4.5",
    "peers: 530 5.7.0",
    "peers: 550 5.7.26",
    "peers: gcdp",
    "peers: 535 5.7.139",
    "peers: 550 5.7.30",
    "peers: 535 5.7.3",
    "peers: 530 5.7.57",
    "peers: 430 4.2.0",
    "peers: QQ/163",
    "peers: SendAsDenied",
    "peers: 5.7.60",
    "peers: not owned",
    "peers: sender rejected",
    "peers: relaying denied",
    "peers: 550 at RCPT",
    "peers: 551 at RCPT",
    "peers: 553 at RCPT",
    "peers: 552",
    "peers: 452",
    "peers: 451",
    "peers: 30 a minute",
    "peers: 432 4.3.2",
    "peers: 451 4.7.500",
}
# What the steps must name: the exact place to click, or the exact command.
NAMED = {
    "SMTP sign-in is off for the whole Microsoft 365 tenant": (
        "Set-TransportConfig -SmtpClientAuthenticationDisabled $false"
    ),
    "SMTP sign-in is off for this Microsoft 365 mailbox": (
        "Set-CASMailbox -Identity user@example.com -SmtpClientAuthenticationDisabled $false"
    ),
    "Google requires an app password": "myaccount.google.com/apppasswords",
    "Apple requires an app-specific password": "account.apple.com",
    "iCloud does not know this From address": "set the envelope sender to the From address",
    "Microsoft has blocked the sending IP address": "sender.office.com",
    "The IAM user may not send through Amazon SES": "ses:SendRawEmail",
    "Zoho does not send for this From address": "smtppro",
    "Exchange does not let this user send as the From address": "Test-ServicePrincipalAuthorization",
    "SendGrid requires the user name apikey and an API key": "Enter apikey as the user name.",
}


def advice_for(example: Example) -> Advice:
    advice = diagnose(example.failure, example.context, RULES).advice
    assert advice is not None
    return advice


def text_of(advice: Advice) -> str:
    return " ".join(str(sentence) for sentence in (advice.title, advice.meaning, *advice.steps))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_failure_gets_the_advice(example: Example) -> None:
    assert str(advice_for(example).title) == example.title


def test_every_rule_has_an_example_and_so_none_is_unreachable() -> None:
    assert {document["title"] for document in texts_of(DOCUMENTS)[:-1]} == {example.title for example in EXAMPLES}


def test_what_no_rule_knows_gets_the_last_one() -> None:
    assert advice_for(said("", "sender", "354 Go on")).title == RULES[-1].advice.title


def test_every_known_failure_has_an_example() -> None:
    assert {row for example in EXAMPLES for row in example.rows} == ROWS


def test_rules_speak_of_the_providers_that_are_known_and_of_all_these() -> None:
    conditions = [when for document in DOCUMENTS for when in conditions_of(document)]
    spoken_of = {when["provider"] for when in conditions if "provider" in when}
    assert spoken_of == set(ADVISED)


@pytest.mark.parametrize("name", ADVISED)
def test_every_provider_is_met_by_its_host_and_not_by_one_that_looks_like_it(name: str) -> None:
    known = PROVIDERS.advised_as(name)
    hosts = [example.context.host for example in EXAMPLES if any(one.is_met(example.context.host, "") for one in known)]
    assert hosts
    assert not any(one.is_met(f"{host}.evil.example", "") for host in hosts for one in known)


@pytest.mark.parametrize(("title", "words"), NAMED.items())
def test_the_exact_place_or_command_is_named(title: str, words: str) -> None:
    advice = next(rule.advice for rule in RULES if str(rule.advice.title) == title)
    assert any(words in step.text.template for step in advice.steps)


def test_microsofts_dates_are_right_and_oauth_is_not_said_to_end() -> None:
    for title in (
        "Password sign-in for SMTP is off at Microsoft 365",
        "Microsoft has ended password sign-in for sending",
    ):
        words = next(text_of(rule.advice) for rule in RULES if str(rule.advice.title) == title)
        assert "December 2026" in words
        assert "administrator can switch it on again" in words
        assert re.search(r"OAuth (is|and Microsoft Graph are) not affected", words)


@pytest.mark.parametrize(
    "reply",
    [
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "550 5.7.30 Basic authentication is not supported for Client Submission.",
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        "535 5.7.3 Authentication unsuccessful",
    ],
)
def test_a_refused_password_at_microsoft_365_leads_to_graph_and_to_the_browser(reply: str) -> None:
    actions = [step.actions for step in advice_for(said("", "sign_in", reply, host="smtp.office365.com")).steps]
    named = [next((name for name in ("graph", "browser") if name in one), "") for one in actions]
    assert [name for name in named if name] == ["graph", "browser"]


def test_where_smtp_is_off_for_every_sign_in_only_graph_is_proposed() -> None:
    words = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
    actions = {name for step in advice_for(said("", "sign_in", words)).steps for name in step.actions}
    assert "graph" in actions
    assert "browser" not in actions


def test_steps_name_only_what_is_there() -> None:
    def named(*present: Means) -> str:
        steps = (step for rule in RULES for step in rule.advice.steps_for(Frontend.WINDOW, present))
        return " ".join(step.at(Frontend.WINDOW, lambda text: text.template) for step in steps)

    for means, words in (
        (Means.FIND_SETTINGS, "Find settings that work"),
        (Means.TRUST, "Trust this certificate…"),
    ):
        assert words in named(means)
        assert words not in named(*(other for other in Means if other is not means))


def test_a_changed_certificate_is_an_alarm() -> None:
    (example,) = (one for one in EXAMPLES if one.fault is CertificateFault.CHANGED)
    steps = [step.at(Frontend.TERMINAL) for step in advice_for(example).steps]
    assert steps[0].startswith("Stop")
    assert "through another channel" in steps[1]
    assert [number for number, step in enumerate(steps) if "--fingerprint" in step] == [3]


@pytest.mark.parametrize(
    ("fault", "command"), [("unknown_issuer", "--ca FILE"), ("self_signed", "--fingerprint SHA256")]
)
def test_what_is_not_trusted_can_be_trusted_for_this_smtp_alone(fault: str, command: str) -> None:
    failed = silent("", "", "secure", "certificate", fault=fault)
    advice = advice_for(replace(failed, context=replace(failed.context, smtp_name="One")))
    in_window = [step.at(Frontend.WINDOW) for step in advice.steps_for(Frontend.WINDOW, [Means.TRUST])]
    assert any("for this SMTP alone (Trust this certificate…)." in step for step in in_window)
    in_terminal = [step.at(Frontend.TERMINAL) for step in advice.steps_for(Frontend.TERMINAL)]
    assert any(step.endswith(f"for this SMTP alone: smtp-desktop smtp trust One {command}") for step in in_terminal)


@pytest.mark.parametrize("fault", ["expired", "not_yet_valid", "wrong_host"])
def test_what_no_trust_can_mend_is_not_offered_to_be_trusted(fault: str) -> None:
    steps = advice_for(silent("", "", "secure", "certificate", fault=fault)).steps
    assert not {"trust_certificate", "trust_ca"} & {action for step in steps for action in step.actions}


@each_file
def test_a_rule_is_known_by_its_title(documents: list[dict[str, Any]]) -> None:
    titles = [document["title"] for document in texts_of(documents)]
    assert len(titles) == len(set(titles))


@each_file
def test_only_the_last_rule_has_no_condition(documents: list[dict[str, Any]]) -> None:
    assert [index for index, document in enumerate(documents) if not document["when"]] == [len(documents) - 1]


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind not in GRAPH_KINDS])
def test_every_kind_of_failure_gets_advice_of_its_own(kind: FailureKind) -> None:
    example = said("", "content", "599 xyzzy") if kind is FailureKind.REPLY else silent("", "", "connect", kind)
    assert advice_for(example).title != RULES[-1].advice.title


@pytest.mark.parametrize("fault", CertificateFault)
def test_every_fault_of_a_certificate_gets_advice_of_its_own(fault: CertificateFault) -> None:
    of_all = [advice_for(silent("", "", "secure", "certificate", fault=other)) for other in CertificateFault]
    assert of_all.count(advice_for(silent("", "", "secure", "certificate", fault=fault))) == 1


@pytest.mark.parametrize(
    "context", [FailureContext(), FailureContext(host=SERVER, port=25, tls=False, auth=False)], ids=str
)
@pytest.mark.parametrize("stage", SMTP_STAGES)
@pytest.mark.parametrize("code", [400, 421, 450, 499, 500, 550, 599])
def test_every_refusing_reply_gets_advice_of_its_own(stage: Stage, code: int, context: FailureContext) -> None:
    kind = "tls_refused" if stage is Stage.SECURE else "reply"
    failure = said("", stage, f"{code} xyzzy", kind=kind).failure
    advice = diagnose(failure, context, RULES).advice
    assert advice is not None
    assert advice.title != RULES[-1].advice.title


@each_file
def test_conditions_name_only_what_exists(documents: list[dict[str, Any]]) -> None:
    expressions = {"host", "server", "words", "without", "page"}
    single = {"provider", "tls", "auth", "temporary"} | expressions
    for document in documents:
        for when in conditions_of(document):
            # A lone string would be taken for the list of its letters.
            assert all(isinstance(when[name], list) and when[name] for name in when.keys() - single), document
            assert set(when.get("stages", ())) <= set(Stage), document
            assert set(when.get("kinds", ())) <= set(FailureKind), document
            assert set(when.get("faults", ())) <= set(CertificateFault), document
            assert all(isinstance(code, int) and 400 <= code < 600 for code in when.get("codes", ())), document
            assert all(re.fullmatch(r"\d+\.[\d?\[\]-]+", one) for one in when.get("enhanced", ())), document
            assert all(re.fullmatch(r"\w+", error) for error in when.get("errors", ())), document
            assert all(isinstance(number, int) and number > 9999 for number in when.get("aadsts", ()))
            assert all(isinstance(port, int) and 0 < port < 65536 for port in when.get("ports", ())), document
            assert all(isinstance(when[name], bool) for name in when.keys() & {"tls", "auth", "temporary"})
            for name in when.keys() & expressions:
                re.compile(regular_expression(when[name]))


@each_file
def test_words_are_words_and_no_numbers(documents: list[dict[str, Any]]) -> None:
    """Codes as conditions count only where no words do; in `words` they would always count."""
    for document in documents:
        for when in conditions_of(document):
            words = regular_expression(when.get("words", ""))
            assert not re.search(r"(\b[45]|\[45\])\\\.\d|\^[45]", words), document


@each_file
def test_a_rule_whose_cause_the_standards_decide_is_general_or_about_silence(documents: list[dict[str, Any]]) -> None:
    for document in texts_of(documents):
        if "cause" not in document:
            decided = [bool(when.keys() & {"causes"}) or when.get("temporary") for when in conditions_of(document)]
            silent = [not when or "reply" not in when.get("kinds", ["closed"]) for when in conditions_of(document)]
            assert all(decided) or all(silent), document["title"]


def test_the_rules_for_deliveries_speak_of_replies_to_recipients_or_content_whatever_else() -> None:
    for document in DELIVERY_DOCUMENTS:
        stages = {stage for when in conditions_of(document) for stage in when["stages"]}
        assert stages & {Stage.RECIPIENT, Stage.CONTENT}, document
        for when in conditions_of(document):
            assert when["kinds"] == [FailureKind.REPLY], document


def test_a_file_speaks_only_of_its_own_type() -> None:
    of_smtp_alone = {"enhanced", "ports", "tls", "auth", "provider", "host", "server"}
    of_smtp = [when for document in DOCUMENTS for when in conditions_of(document)]
    of_tokens = [when for document in TOKEN_DOCUMENTS for when in conditions_of(document)]
    of_http = [when for document in (*GRAPH_DOCUMENTS, *OAUTH_DOCUMENTS) for when in conditions_of(document)]
    assert not any(when.keys() & {"errors", "aadsts"} for when in (*of_smtp, *of_tokens))
    assert not any(when.keys() & of_smtp_alone for when in of_http)
    assert all("sign_in" in when for when in of_tokens)
    assert not any(set(when.get("kinds", ())) & GRAPH_KINDS for when in of_smtp)


@each_file
def test_every_rule_says_something_that_can_be_shown(documents: list[dict[str, Any]]) -> None:
    optional = {"cause", "general", "certain", "retry_after_s", "window"}
    for document in texts_of(documents):
        assert document.keys() - optional == {"when", "title", "meaning", "steps"}
        steps = [step if isinstance(step, str) else step["step"] for step in document["steps"]]
        assert 1 <= sum(isinstance(step, str) for step in document["steps"]) + any(steps) <= 6, document["title"]
        assert len(document["title"]) <= 60
        for sentence in (document["meaning"], *steps):
            assert sentence.strip() == sentence
            assert sentence[-1].isalnum() or sentence[-1] in ".;)$", sentence
            assert len(sentence) <= 200, "short enough to be read in a dialog"
            assert '"' not in sentence, "our own words, without quotations"
            assert "check your settings" not in sentence.lower(), "too vague to be of use"
        assert str(msg(document["title"])) == document["title"]
