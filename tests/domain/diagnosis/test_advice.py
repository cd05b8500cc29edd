"""How a rule is selected, and what a document of rules may hold."""

import pytest
from domain.diagnosis.advice_examples.example import SERVER, said, silent
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.context import FailureContext, failure_context_of
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.rules import AdviceRule, rules_from
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    Cloud,
    GenericServer,
    GraphMailbox,
    ProfileId,
    SignIn,
    SmtpProfile,
)


def test_the_first_rule_that_fits_is_taken() -> None:
    first = Advice(title=msg("first"), meaning=msg(""), steps=())
    second = Advice(title=msg("second"), meaning=msg(""), steps=())
    example = said("", "sign_in", "535 5.7.8 no")
    rules = (AdviceRule(advice=first, codes=frozenset({535})), AdviceRule(advice=second))

    assert diagnose(example.failure, example.context, rules).advice == first
    assert diagnose(example.failure, example.context, rules[::-1]).advice == second
    assert diagnose(example.failure, example.context, ()).advice is None


@pytest.mark.parametrize(
    "conditions",
    [
        {"stages": ["sender"]},
        {"kinds": ["closed"]},
        {"faults": ["expired"]},
        {"codes": [534]},
        {"enhanced": ["7.80"]},
        {"enhanced": ["5.7.8"]},
        {"ports": [25]},
        {"tls": False},
        {"auth": False},
        {"host": r"^company"},
        {"words": "yes"},
        {"provider": "google"},
    ],
    ids=str,
)
def test_each_condition_must_hold(conditions: dict[str, object]) -> None:
    holding = {
        "stages": ["sign_in"],
        "codes": [535],
        "enhanced": ["7.8"],
        "ports": [465],
        "tls": True,
        "auth": True,
        "host": "COMPANY",
        "words": "^535 5.7.8 NO$",
    }
    rule = {"title": "", "meaning": "", "steps": []}
    example = said("", "sign_in", "535 5.7.8 no")

    assert rules_from([rule | {"when": holding}], PROVIDERS)[0].fits(example.failure, example.context)
    assert not rules_from([rule | {"when": holding | conditions}], PROVIDERS)[0].fits(example.failure, example.context)


@pytest.mark.parametrize(
    ("host", "words", "fits"),
    [
        ("smtp.gmail.com", "535 no", True),
        (SERVER, "535 no gsmtp", True),
        (SERVER, "535 no", False),
        ("gmail.com.evil.example", "535 no", False),
    ],
)
def test_a_provider_is_met_by_its_host_or_by_its_words(host: str, words: str, fits: bool) -> None:
    (rule,) = rules_from([{"when": {"provider": "google"}, "title": "", "meaning": "", "steps": []}], PROVIDERS)
    example = said("", "sign_in", words, host=host)
    assert rule.fits(example.failure, example.context) is fits


@pytest.mark.parametrize("conditions", [{"codes": [535]}, {"enhanced": ["7.8"]}, {"words": "."}], ids=str)
def test_a_condition_on_the_reply_does_not_fit_where_there_is_none(conditions: dict[str, object]) -> None:
    (rule,) = rules_from([{"when": conditions, "title": "", "meaning": "", "steps": []}], PROVIDERS)
    assert not rule.fits(silent("", "", "sign_in", "closed").failure, FailureContext())


@pytest.mark.parametrize("conditions", [{"ports": [25]}, {"tls": False}, {"tls": True}, {"auth": False}], ids=str)
def test_a_condition_on_the_place_does_not_fit_where_it_is_not_known(conditions: dict[str, object]) -> None:
    (rule,) = rules_from([{"when": conditions, "title": "", "meaning": "", "steps": []}], PROVIDERS)
    assert not rule.fits(silent("", "", "sign_in", "closed").failure, FailureContext())


def through(server: GenericServer | GraphMailbox) -> SmtpProfile:
    return SmtpProfile(id=ProfileId("one"), name="One", server=server)


def test_the_place_is_the_server_s() -> None:
    server = GenericServer(host_name=" SMTP.Faß.example ", smtp_port=25, tls=False, auth_required=True)
    assert failure_context_of(through(server)) == FailureContext(
        smtp_name="One",
        host="smtp.xn--fa-hia.example",
        port=25,
        tls=False,
        auth=True,
        sign_in=SignIn.PASSWORD,
        graph=False,
    )
    assert failure_context_of(through(GenericServer(host_name="no host"))) == FailureContext(
        smtp_name="One",
        port=587,
        tls=True,
        auth=True,
        sign_in=SignIn.PASSWORD,
        graph=False,
    )
    mailbox = GraphMailbox(user_name="", tenant_id="", client_id="", cloud=Cloud.US_L4)
    assert failure_context_of(through(mailbox)) == FailureContext(
        smtp_name="One",
        host="graph.microsoft.us",
        user_name=mailbox.user_name,
        from_address=mailbox.user_name,
        sign_in=SignIn.PASSWORD,
        authority=OAuthProvider.MICROSOFT,
        credential=AppCredential.SECRET,
        graph=True,
    )


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"meaning": "", "steps": []}, KeyError),
        ({"title": "", "steps": []}, KeyError),
        ({"title": "", "meaning": ""}, KeyError),
        ({"title": "", "meaning": "", "steps": "one"}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": ["codes"]}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": {"code": [535]}}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": {"codes": 535}}, TypeError),
        ({"title": "", "meaning": "of {nobody}", "steps": [], "when": {"codes": [535]}}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": {"advice": "x"}}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": {"provider": "nobody"}}, KeyError),
    ],
)
def test_a_malformed_rule_is_refused(document: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        rules_from([document], PROVIDERS)
