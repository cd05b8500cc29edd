"""Refusals by Entra ID and Graph. The advice for each has tests of its own."""

from dataclasses import replace

import pytest
from graph_driver import GraphDriver, a_mail, failure_of, reply_of, statuses
from servers.https_calls import Answer, Garbage
from servers.microsoft.tenant import USER_NAME

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField

# Every number of the AADSTS table.
REFUSALS = (
    7000215, 7000222, 700016, 700011, 90002, 900023, 90038, 900382, 50126, 50034, 51004, 50020, 50055, 50144, 50057,
    50053, 50056, 50076, 50074, 50078, 50079, 50072, 53000, 53001, 53002, 53003, 530032, 530035, 65001, 65004, 90094,
    90095, 650056, 650057, 65005, 7000218, 700025, 70011, 28002, 500011, 9002313, 900144, 90014, 9001023, 50194,
    7000112, 70001, 1000031, 50105, 90033, 90006, 50033, 90024, 50087, 50196, 700082, 70043, 50173,
)  # fmt: skip
GRAPH_ERRORS = (
    (403, "ErrorAccessDenied"), (403, "ErrorSendAsDenied"), (403, "Authorization_RequestDenied"), (403, "Forbidden"),
    (404, "MailboxNotEnabledForRESTAPI"), (404, "ResourceNotFound"), (404, "ErrorInvalidUser"),
    (404, "Request_ResourceNotFound"), (400, "ErrorInvalidRecipients"), (400, "ErrorInvalidParameter"),
    (400, "RequestBodyRead"), (400, "ErrorMimeContentInvalidBase64String"), (413, "ErrorMessageSizeExceeded"),
    (429, "ApplicationThrottled"), (503, "ServiceUnavailable"), (504, "GatewayTimeout"), (507, "ErrorQuotaExceeded"),
    (429, "ErrorExceededMessageLimit"), (500, "InternalServerError"),
)  # fmt: skip


@pytest.mark.parametrize("number", REFUSALS)
def test_entra_ids_refusals_are_shown_with_number_text_and_ids(driver: GraphDriver, number: int) -> None:
    driver.servers.entra.refuse_with(number, description="Because the test says so.")
    timeline = driver.converse(a_mail())
    failure, reply = failure_of(timeline), reply_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.TOKEN, FailureKind.TOKEN_REFUSED)
    assert (reply.error_code, reply.aadsts, reply.code) == (f"AADSTS{number}", (number,), 400)
    assert reply.words == "Because the test says so."
    assert {one.name for one in reply.ids} == {"trace id", "correlation id", "timestamp"}
    assert all(one.value for one in reply.ids)
    assert driver.servers.graph.calls == []
    assert len(driver.servers.entra.token_calls) == 1, "more than one try could lock the account"
    assert statuses(timeline)[Stage.SEND] is StepStatus.NOT_REACHED


@pytest.mark.parametrize(("status", "code"), GRAPH_ERRORS)
def test_graphs_refusals_are_shown_with_code_text_and_ids(driver: GraphDriver, status: int, code: str) -> None:
    driver.servers.graph.answer_next("/sendMail", Answer(status=status, error=(code, "It is refused for a test.")))
    timeline = driver.converse(a_mail())
    failure, reply = failure_of(timeline), reply_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SEND, FailureKind.GRAPH_REFUSED)
    assert (reply.code, reply.error_code, reply.words) == (status, code, "It is refused for a test.")
    assert "request-id" in {one.name for one in reply.ids}
    assert driver.servers.graph.sent == []


def test_a_wrong_client_secret_is_refused(driver: GraphDriver) -> None:
    driver.secrets[SecretField.CLIENT_SECRET] = Secret("the id of the secret")
    reply = reply_of(driver.converse())
    assert reply.aadsts == (7000215,)
    assert "the id of the secret" not in repr(reply)


def test_a_tenant_that_does_not_exist_is_refused_with_its_number(driver: GraphDriver) -> None:
    # msal raises a ValueError without the number.
    driver.mailbox = replace(driver.mailbox, tenant_id="11111111-1111-1111-1111-111111111111")
    timeline = driver.converse()
    assert failure_of(timeline).stage is Stage.TOKEN
    assert reply_of(timeline).aadsts == (90002,)


def test_a_wrong_user_name_is_refused(driver: GraphDriver) -> None:
    driver.mailbox = replace(driver.mailbox, user_name="nobody/%?#@northwind.example")
    assert reply_of(driver.converse()).aadsts == (50034,)


def test_a_mailbox_that_is_not_there_is_found_out_by_a_check(driver: GraphDriver) -> None:
    driver.app_only()
    driver.mailbox = replace(driver.mailbox, user_name="nobody@northwind.example")
    timeline = driver.converse()
    assert failure_of(timeline).stage is Stage.MAILBOX
    assert reply_of(timeline).error_code == "ErrorInvalidUser"


def test_a_from_address_without_send_as_is_refused(driver: GraphDriver) -> None:
    reply = reply_of(driver.converse(a_mail(sender="boss@northwind.example")))
    assert (reply.code, reply.error_code) == (403, "ErrorSendAsDenied")
    assert driver.servers.graph.sent == []


def test_an_app_that_may_not_send_is_refused_at_sending(driver: GraphDriver) -> None:
    driver.servers.graph.permissions = {"Mail.Read"}
    timeline = driver.converse(a_mail())
    assert failure_of(timeline).stage is Stage.SEND
    assert reply_of(timeline).error_code == "ErrorAccessDenied"


def test_a_federated_account_s_password_goes_to_no_other_server(driver: GraphDriver) -> None:
    driver.servers.entra.federation_metadata_url = "https://sts.company.example/adfs/services/trust/mex"
    timeline = driver.converse()
    assert failure_of(timeline).kind is FailureKind.FEDERATED
    assert driver.servers.entra.token_calls == []


def test_a_token_address_at_another_host_gets_no_secret(driver: GraphDriver) -> None:
    elsewhere = f"https://127.0.0.1:{driver.servers.graph.port}/token"
    tenant = driver.mailbox.tenant_id
    document = {
        "issuer": f"{driver.servers.entra.url}/{tenant}/v2.0",
        "authorization_endpoint": elsewhere,
        "token_endpoint": elsewhere,
    }
    driver.servers.entra.answer_next("openid-configuration", Answer(json=document))
    failure = failure_of(driver.app_only().converse())
    assert failure.kind is FailureKind.NOT_GRAPH
    assert "127.0.0.1" in str(failure.message)
    assert driver.servers.graph.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=200, body=b"<html>Please sign in to the hotel's network</html>"),
        Answer(status=302, headers={"Location": "https://portal.example/"}),
        Answer(status=200, json=["no object"]),
        Answer(status=404, body=b"no such page"),
        Answer(status=200, json={"issuer": "https://evil.example/", "token_endpoint": "https://evil.example/t"}),
        Garbage(),
    ],
)
def test_a_server_that_is_no_sign_in_service_fails(driver: GraphDriver, answer: Answer | Garbage) -> None:
    driver.servers.entra.answer_next("openid-configuration", answer)
    failure = failure_of(driver.converse())
    assert failure.stage is Stage.TOKEN
    assert failure.kind in {FailureKind.NOT_GRAPH, FailureKind.CLOSED}
    assert driver.servers.entra.token_calls == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=200, body=b"thank you"),
        Answer(status=302, headers={"Location": "https://portal.example/"}),
        Garbage(),
    ],
)
def test_only_202_is_accepted(driver: GraphDriver, answer: Answer | Garbage) -> None:
    driver.servers.graph.answer_next("/sendMail", answer)
    timeline = driver.converse(a_mail())
    assert timeline.accepted is None
    assert failure_of(timeline).stage is Stage.SEND


def test_an_error_without_a_body_shows_its_status(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/sendMail", Answer(status=502, body=b"<html>Bad gateway</html>"))
    reply = reply_of(driver.converse(a_mail()))
    assert (reply.code, reply.words) == (502, "Bad Gateway")


def test_the_mailbox_s_name_is_quoted_in_the_address(driver: GraphDriver) -> None:
    driver.app_only()
    driver.mailbox = replace(driver.mailbox, user_name="a/b?c#d@northwind.example")
    driver.converse()
    (call,) = driver.servers.graph.calls
    assert call.segments[-2] == "a/b?c#d@northwind.example"
    assert USER_NAME not in call.path
