"""No secret and no token is shown, however Entra ID or Graph repeats it."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from graph_driver import GraphDriver, a_mail, failure_of, reply_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from leaks import ENCODINGS, SECRETS_WITH_LEAKS, SERVER_TEXTS, Leak, leaked
from servers.https_calls import Answer, Call, Garbage, Reply
from shown import everything_shown

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Step
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.transports.redaction.redactor import withheld

SENT = (SecretField.PASSWORD, SecretField.CLIENT_SECRET)
"""The secrets that go to Entra ID, which may repeat them; a key never leaves this computer."""
# Random, but the same on every run.
repeatable = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=12,
    # The servers serve all examples: an answer scripted for one is used up by it.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _in_a_header(lines: tuple[str, ...]) -> str:
    words = " ".join(lines)
    return words if words.isascii() else quote(words)


def _with_reason(lines: tuple[str, ...]) -> Garbage:
    return Garbage(data=f"HTTP/1.1 500 {_in_a_header(lines)}\r\nContent-Length: 0\r\n\r\n".encode())


ANSWERS: dict[str, Callable[[tuple[str, ...]], Reply]] = {
    "description": lambda lines: Answer(status=400, error=("invalid_grant", "\n".join(lines))),
    "error": lambda lines: Answer(status=401, json={"error": "\n".join(lines), "error_description": "no"}),
    "ids": lambda lines: Answer(
        status=400, json={"error": "invalid_grant", "trace_id": lines[0], "correlation_id": " ".join(lines[1:])}
    ),
    "reason": _with_reason,
}
"""Refusals by Entra ID, by the part of the answer that leaks."""
GRAPH_ANSWERS: dict[str, Callable[[tuple[str, ...]], Reply]] = {
    "message": lambda lines: Answer(status=403, error=("ErrorAccessDenied", "\n".join(lines))),
    "code": lambda lines: Answer(status=403, error=(" ".join(lines), "no")),
    "header": lambda lines: Answer(
        status=403, headers={"request-id": _in_a_header(lines)}, error=("ErrorAccessDenied", "no")
    ),
    "reason": _with_reason,
}


def shown_by(driver: GraphDriver) -> str:
    """Returns all that is shown of a test, while it runs and at its end."""
    steps: list[Step] = []
    timeline = driver.converse(a_mail(), on_step=steps.append)
    assert timeline.failure is not None
    shown = "\n".join([*(step.detail for step in steps), everything_shown(timeline)])
    for server in (driver.servers.entra, driver.servers.graph):
        shown = shown.replace(str(server.port), "PORT")
    return shown


def with_secret(driver: GraphDriver, field: SecretField, secret: str) -> None:
    """Gives both sides `secret`."""
    driver.secrets[field] = Secret(secret)
    if field is SecretField.PASSWORD:
        driver.servers.entra.password = secret
    else:
        driver.servers.entra.client_secret = secret


def shown_without_secret(driver: GraphDriver) -> str:
    """Returns what is shown where no secret is repeated, with all words that stand around one."""
    for field in SENT:
        with_secret(driver, field, "unheard-of")
    driver.servers.graph.answer_next("/sendMail", GRAPH_ANSWERS["message"](SERVER_TEXTS))
    return shown_by(driver)


@pytest.mark.long
@repeatable
@given(
    secret_and_leak=SECRETS_WITH_LEAKS,
    field=st.sampled_from(SENT),
    where=st.sampled_from(sorted(ANSWERS)),
)
@example(("hunter2", Leak(("no hunt", "er2"), ("hunter2",), ("hunt", "er2"))), SecretField.PASSWORD, "ids")
def test_no_secret_is_shown_that_entra_id_repeats(
    driver: GraphDriver, secret_and_leak: tuple[str, Leak], field: SecretField, where: str
) -> None:
    secret, leak = secret_and_leak
    with_secret(driver, field, secret)
    driver.servers.entra.answer_next("/token", ANSWERS[where](leak.lines))
    # A secret may be a word that is shown anyway.
    assert not leaked(leak, shown_by(driver)) or leaked(leak, shown_without_secret(driver))


@pytest.mark.long
@repeatable
@given(
    secret_and_leak=SECRETS_WITH_LEAKS,
    field=st.sampled_from(SENT),
    where=st.sampled_from(sorted(GRAPH_ANSWERS)),
)
def test_no_secret_is_shown_that_graph_repeats(
    driver: GraphDriver, secret_and_leak: tuple[str, Leak], field: SecretField, where: str
) -> None:
    secret, leak = secret_and_leak
    with_secret(driver, field, secret)
    driver.servers.graph.answer_next("/sendMail", GRAPH_ANSWERS[where](leak.lines))
    assert not leaked(leak, shown_by(driver)) or leaked(leak, shown_without_secret(driver))


@pytest.mark.parametrize("where", sorted(GRAPH_ANSWERS))
def test_no_token_is_shown_that_graph_repeats(driver: GraphDriver, where: str) -> None:
    leaks: list[Leak] = []

    def answer(call: Call) -> Reply:
        token = call.headers["Authorization"].removeprefix("Bearer ")
        cut_off = token[: len(token) * 2 // 3]
        repeated = [encode(token) for encode in ENCODINGS.values()]
        repeated += [ENCODINGS[name](cut_off) for name in ("plain", "Base64")]
        leaks.append(Leak(tuple(f"I heard '{words}'" for words in repeated), (token, *repeated)))
        return GRAPH_ANSWERS[where](leaks[0].lines)

    driver.servers.graph.answer_next("/sendMail", answer)
    shown = shown_by(driver)
    assert "characters withheld" in shown
    assert not leaked(leaks[0], shown)


def test_numbers_that_are_the_secret_are_not_shown(driver: GraphDriver) -> None:
    with_secret(driver, SecretField.PASSWORD, "50126471")
    refusal = {"error": "invalid_grant", "error_description": "no", "error_codes": [50126471, 50126]}
    answer = Answer(status=400, json=refusal, headers={"Retry-After": "50126471"})
    driver.servers.entra.answer_next("/token", answer)
    timeline = driver.converse()
    reply = reply_of(timeline)
    assert (reply.error_code, reply.aadsts, reply.retry_after_s) == (withheld("AADSTS50126471"), (50126,), None)
    assert "50126471" not in everything_shown(timeline)


def test_a_draft_whose_id_is_the_secret_is_not_shown(driver: GraphDriver) -> None:
    driver.servers.graph.permissions |= {"Mail.ReadWrite"}
    with_secret(driver, SecretField.PASSWORD, "hunter2/geheim")
    driver.servers.graph.answer_next("/messages", Answer(status=201, json={"id": "hunter2/geheim"}))
    timeline = driver.converse(
        a_mail(Attachment(name="a.bin", content_type="application/x-a", content=b"a" * 2_500_000))
    )
    assert failure_of(timeline).kind is FailureKind.DRAFT_REFUSED
    assert "hunter2" not in everything_shown(timeline)
    assert "geheim" not in everything_shown(timeline)


def test_the_address_of_an_upload_is_not_shown(driver: GraphDriver) -> None:
    driver.servers.graph.permissions |= {"Mail.ReadWrite"}
    driver.servers.graph.answer_next(
        "/upload/", lambda call: Answer(status=403, error=("x", f"I heard {call.path}?{call.query_text} here"))
    )
    timeline = driver.converse(
        a_mail(Attachment(name="a.bin", content_type="application/x-a", content=b"a" * 4_000_000))
    )
    (call,) = driver.servers.graph.calls_to("/upload/")
    shown = everything_shown(timeline)
    assert "characters withheld" in shown
    assert call.path not in shown
    assert not [part for part in call.path.split("/") if len(part) > 10 and part in shown]


@pytest.mark.parametrize("server", ["entra", "graph"])
def test_a_reason_that_is_the_secret_is_not_shown(driver: GraphDriver, server: str) -> None:
    with_secret(driver, SecretField.CLIENT_SECRET, "geheim.example")
    answer = Garbage(data=b"HTTP/1.1 302 geheim.example\r\nContent-Length: 0\r\n\r\n")
    asked = driver.servers.entra if server == "entra" else driver.servers.graph
    asked.answer_next("/", answer)
    failure = failure_of(driver.converse())
    assert failure.kind is FailureKind.NOT_GRAPH
    assert f"302 {withheld('geheim.example')}" in str(failure.message)


def test_a_redirect_to_a_host_named_like_the_secret_is_not_shown(driver: GraphDriver) -> None:
    with_secret(driver, SecretField.CLIENT_SECRET, "geheim.example")
    driver.servers.entra.public_url = "https://geheim.example"
    failure = failure_of(driver.converse())
    assert failure.kind is FailureKind.NOT_GRAPH
    assert "geheim" not in str(failure.message)
