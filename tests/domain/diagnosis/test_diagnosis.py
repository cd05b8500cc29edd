"""What a diagnosis is made of: the rule that counts, the refused address, the steps that apply, the time to wait."""

from dataclasses import replace

import pytest
from domain.diagnosis.advice_examples.example import said
from fakes.known_advice import SMTP_RULES as RULES
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis, diagnose
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.diagnosis.rules import AdviceRule, rules_from

USER, BOSS = "svc@corp.example", "boss@corp.example"
SIGNED_IN = FailureContext(host="mail.corp.example", port=587, tls=True, auth=True)
NOT_OWNED = "553 5.7.1 Sender address rejected: not owned by auth user."


def rule(title: str, when: object, *steps: object, **more: object) -> dict[str, object]:
    return {"when": when, "title": title, "meaning": "", "steps": list(steps)} | more


def rules(*documents: dict[str, object]) -> tuple[AdviceRule, ...]:
    return rules_from(documents, PROVIDERS)


def title(words: str, *documents: dict[str, object], host: str = "mail.corp.example", server_words: str = "") -> str:
    example = said("", "sign_in", words, host=host)
    context = replace(example.context, server_words=server_words)
    advice = diagnose(example.failure, context, rules(*documents)).advice
    return str(advice.title) if advice else ""


def of(context: FailureContext, stage: str, words: str) -> Diagnosis:
    return diagnose(said("", stage, words).failure, context, RULES)


def steps_of(diagnosis: Diagnosis) -> list[str]:
    assert diagnosis.advice
    return [str(step) for step in diagnosis.advice.steps]


def test_words_count_before_enhanced_codes_and_those_before_codes() -> None:
    by_code = rule("code", {"codes": [535]})
    by_enhanced = rule("enhanced", {"enhanced": ["7.8"]})
    by_words = rule("words", {"words": "no"})
    rest = rule("rest", {})
    assert title("535 5.7.8 no", rest, by_code, by_enhanced, by_words) == "words"
    assert title("535 5.7.8 go", rest, by_code, by_enhanced, by_words) == "enhanced"
    assert title("535 go", rest, by_code, by_enhanced, by_words) == "code"
    assert title("550 go", rest, by_code, by_enhanced, by_words) == "rest"


def test_each_alternative_counts_for_itself() -> None:
    either = rule("either", [{"words": "yes"}, {"codes": [535]}])
    by_enhanced = rule("enhanced", {"enhanced": ["7.8"]})
    assert title("535 5.7.8 yes", by_enhanced, either) == "either"
    assert title("535 5.7.8 no", by_enhanced, either) == "enhanced"
    assert title("535 no", by_enhanced, either) == "either"


def test_a_provider_s_rule_counts_before_a_general_one_by_the_same_kind_of_evidence() -> None:
    anybody, google = rule("any", {"words": "no"}), rule("google", {"words": "no", "provider": "google"})
    assert title("535 no", anybody, google, host="smtp.gmail.com") == "google"
    assert title("535 no", anybody, google) == "any"


@pytest.mark.parametrize("greeting", ["220 smtp.gmail.com ESMTP x12", "220 mx.google.com at your service - gsmtp"])
def test_a_provider_is_met_by_its_greeting(greeting: str) -> None:
    google = rule("google", {"provider": "google"})
    assert title("535 no", google, server_words=greeting) == "google"
    assert title("535 no", google, server_words="220 mail.corp.example ESMTP Postfix") == ""


def test_a_server_s_program_is_met_by_what_it_says_of_itself() -> None:
    exim = rule("Exim", {"server": r"\bexim\b"})
    assert title("535 no", exim, server_words="220 mail.corp.example ESMTP Exim 4.96") == "Exim"
    assert title("535 no", exim) == ""


def test_a_rule_for_a_cause_takes_the_place_of_a_general_one_alone() -> None:
    general = rule("general", {"words": "failed"}, cause="sign_in_refused", general=True)
    special = rule("special", {"words": "expired"}, cause="sign_in_refused")
    google = rule("google", {"causes": ["sign_in_refused"], "provider": "google"})
    assert title("535 failed", general, special, google, host="smtp.gmail.com") == "google"
    assert title("535 expired", general, special, google, host="smtp.gmail.com") == "special"
    assert title("535 failed", general, special, google) == "general"


def test_nothing_matches_inside_a_web_address_but_its_own_condition() -> None:
    document = rule("spam", {"words": "spam"})
    page = rule("page", {"page": r"help\.example/spam"})
    assert title("550 no, see http://help.example/spam", document) == ""
    assert title("550 no, see http://help.example/spam", document, page) == "page"


def test_words_that_must_not_be_there_are_respected() -> None:
    document = rule("limit", {"words": "limit exceeded", "without": r"\bsize\b"})
    assert title("552 limit exceeded", document) == "limit"
    assert title("552 size limit exceeded", document) == ""


def test_accents_and_character_sets_of_words_do_not_matter() -> None:
    document = rule("notig", {"words": "nötig|逆引き"})
    assert title("530 Anmeldung notig", document) == title("530 Anmeldung NÖTIG", document) == "notig"
    assert title("530 逆引きできません", document) == "notig"


def test_an_enhanced_code_in_the_text_counts_where_there_is_no_other() -> None:
    document = rule("it", {"enhanced": ["7.6??"]})
    assert title("550 no (#5.7.606)", document) == "it"
    assert title("550 5.7.1 no (#5.7.606)", document) == ""


def test_the_page_that_the_server_names_is_opened_before_the_guesses() -> None:
    sure = rule("sure", {"words": "sure"}, "First", "Guess")
    guess = rule("guess", {"words": "guess"}, "First", "Guess", general=True)
    opened = "Open the page that the server names: https://x.example/a"
    for document, expected in ((sure, ["First", opened, "Guess"]), (guess, [opened, "First", "Guess"])):
        example = said("", "content", f"550 {document['title']}: https://x.example/a.")
        assert steps_of(diagnose(example.failure, example.context, rules(document))) == expected


def test_only_steps_that_can_be_taken_are_given() -> None:
    document = rule(
        "x",
        {},
        {"step": "Tick it", "if": {"auth": False}},
        {"step": "Use 587", "if": {"port": [25]}},
        "Look at {host} for {user}",
        "Open {page}",
    )
    example = said("", "sender", "550 no", auth=True, port=25)
    found = diagnose(example.failure, replace(example.context, user_name="apikey"), rules(document))
    assert steps_of(found) == ["Use 587", f"Look at {example.context.host} for apikey"]
    unknown = diagnose(example.failure, FailureContext(), rules(document))
    assert steps_of(unknown) == ["Tick it", "Use 587", "Look at the server for this user"]


@pytest.mark.parametrize(
    ("from_address", "sender", "refused", "first"),
    [
        (BOSS, USER, USER, f"Set the envelope sender to the From address, so that messages go out as {BOSS}"),
        (f"The Boss <{BOSS}>", BOSS, BOSS, f"Set the From address to {USER}"),
        (
            USER,
            USER,
            USER,
            "Set the From address to one that belongs to svc@corp.example",
        ),
        ("", USER, USER, "Set the From address to one that belongs to svc@corp.example"),
    ],
)
def test_the_address_that_was_refused_is_named_and_the_other_one_proposed(
    from_address: str, sender: str, refused: str, first: str
) -> None:
    context = replace(SIGNED_IN, user_name=USER, from_address=from_address, envelope_sender=sender)
    for words in (NOT_OWNED, "451 4.0.0 backend: invalid return path: not owned by user"):
        found = of(context, "sender", words)
        assert (found.cause, found.refused) == (Cause.SENDER_REFUSED, refused)
        assert found.advice
        assert refused in str(found.advice.meaning)
        assert steps_of(found)[0].startswith(first)


def test_a_user_name_that_is_no_address_is_not_proposed_as_one() -> None:
    context = replace(SIGNED_IN, user_name="apikey", from_address=BOSS, envelope_sender=BOSS)
    found = of(context, "sender", NOT_OWNED)
    assert found.refused == BOSS
    assert "user name" not in " ".join(steps_of(found))


def test_without_sign_in_the_from_address_is_changed() -> None:
    context = replace(SIGNED_IN, auth=False, from_address=BOSS, envelope_sender=BOSS)
    assert steps_of(of(context, "sender", NOT_OWNED))[0].startswith("Set the From address to one that this server")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (f"553 5.7.1 <{BOSS}>: Sender address rejected: not owned by user {USER}", BOSS),
        (f"554 5.2.252 SendAsDenied; {USER} not allowed to send as {BOSS}", BOSS),
        (f"550 User {USER} is not allowed to send from this From address", BOSS),
        ("550 From address is not one of your addresses", BOSS),
        ("550 5.7.1 Sender address rejected: not owned by user", USER),
    ],
)
def test_the_reply_to_the_content_names_who_was_refused(words: str, refused: str) -> None:
    context = replace(SIGNED_IN, user_name=USER, from_address=BOSS, envelope_sender=USER)
    assert of(context, "content", words).refused == refused


def test_the_domain_that_is_named_tells_which_address_was_refused() -> None:
    context = replace(SIGNED_IN, user_name=USER, from_address="news@shop.example", envelope_sender=USER)
    assert of(context, "content", "550 The shop.example domain is not verified.").refused == "news@shop.example"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("421 4.7.0 Too many messages, try again in 10 minutes", 600),
        ("450 4.7.1 Hourly limit of 100 messages exceeded", 3600),
        ("550 Daily sending limit reached", 86_400),
        ("550 Too many messages", None),
        ("451 MI:SFQ 163 smtp12", 3600),
    ],
)
def test_the_time_that_the_server_names_counts_before_the_rule_s(words: str, seconds: float | None) -> None:
    found = of(SIGNED_IN, "sender", words)
    assert (found.cause, found.retry_after_s) == (Cause.LIMIT, seconds)
