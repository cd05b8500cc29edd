"""What Entra ID and Graph refuse, as the servers say it. What to do about each is tested with the advice."""

from dataclasses import replace

import pytest
from graph_hand import Hand, a_mail, failure_of, outcomes, reply_of
from servers.https_calls import Answer, Garbage
from servers.microsoft import USER_NAME

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
def test_entra_ids_refusals_are_told_with_number_words_and_ids(hand: Hand, number: int) -> None:
    hand.servers.entra.refuse_with(number, description="Because the test says so.")
    timeline = hand.converse(a_mail())
    failure, reply = failure_of(timeline), reply_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.TOKEN, FailureKind.TOKEN_REFUSED)
    assert (reply.error_code, reply.aadsts, reply.code) == (f"AADSTS{number}", (number,), 400)
    assert reply.words == "Because the test says so."
    assert {one.name for one in reply.ids} == {"trace id", "correlation id", "timestamp"}
    assert all(one.value for one in reply.ids)
    assert hand.servers.graph.calls == []
    assert len(hand.servers.entra.token_calls) == 1, "more than one try could lock the account"
    assert outcomes(timeline)[Stage.SEND] is StepStatus.NOT_REACHED


@pytest.mark.parametrize(("status", "code"), GRAPH_ERRORS)
def test_graphs_refusals_are_told_with_code_words_and_ids(hand: Hand, status: int, code: str) -> None:
    hand.servers.graph.answer_next("/sendMail", Answer(status=status, error=(code, "It is refused for a test.")))
    timeline = hand.converse(a_mail())
    failure, reply = failure_of(timeline), reply_of(timeline)
    assert (failure.stage, failure.kind) == (Stage.SEND, FailureKind.GRAPH_REFUSED)
    assert (reply.code, reply.error_code, reply.words) == (status, code, "It is refused for a test.")
    assert "request-id" in {one.name for one in reply.ids}
    assert hand.servers.graph.sent == []


def test_a_wrong_client_secret_is_refused(hand: Hand) -> None:
    hand.secrets[SecretField.CLIENT_SECRET] = Secret("the id of the secret")
    reply = reply_of(hand.converse())
    assert reply.aadsts == (7000215,)
    assert "the id of the secret" not in repr(reply)


def test_a_tenant_that_does_not_exist_is_refused_with_its_number(hand: Hand) -> None:
    # msal itself makes a ValueError of it, without the number.
    hand.mailbox = replace(hand.mailbox, tenant_id="11111111-1111-1111-1111-111111111111")
    timeline = hand.converse()
    assert failure_of(timeline).stage is Stage.TOKEN
    assert reply_of(timeline).aadsts == (90002,)


def test_a_wrong_user_name_is_refused(hand: Hand) -> None:
    hand.mailbox = replace(hand.mailbox, user_name="nobody/%?#@northwind.example")
    assert reply_of(hand.converse()).aadsts == (50034,)


def test_a_mailbox_that_is_not_there_is_found_out_by_a_check(hand: Hand) -> None:
    hand.app_only()
    hand.mailbox = replace(hand.mailbox, user_name="nobody@northwind.example")
    timeline = hand.converse()
    assert failure_of(timeline).stage is Stage.MAILBOX
    assert reply_of(timeline).error_code == "ErrorInvalidUser"


def test_a_from_address_without_send_as_is_refused(hand: Hand) -> None:
    reply = reply_of(hand.converse(a_mail(sender="boss@northwind.example")))
    assert (reply.code, reply.error_code) == (403, "ErrorSendAsDenied")
    assert hand.servers.graph.sent == []


def test_an_app_that_may_not_send_is_refused_at_sending(hand: Hand) -> None:
    hand.servers.graph.permissions = {"Mail.Read"}
    timeline = hand.converse(a_mail())
    assert failure_of(timeline).stage is Stage.SEND
    assert reply_of(timeline).error_code == "ErrorAccessDenied"


def test_a_federated_account_s_password_goes_to_no_other_server(hand: Hand) -> None:
    hand.servers.entra.federation_metadata_url = "https://sts.company.example/adfs/services/trust/mex"
    timeline = hand.converse()
    assert failure_of(timeline).kind is FailureKind.FEDERATED
    assert hand.servers.entra.token_calls == []


def test_a_token_address_elsewhere_gets_no_secret(hand: Hand) -> None:
    elsewhere = f"https://127.0.0.1:{hand.servers.graph.port}/token"
    tenant = hand.mailbox.tenant_id
    document = {
        "issuer": f"{hand.servers.entra.url}/{tenant}/v2.0",
        "authorization_endpoint": elsewhere,
        "token_endpoint": elsewhere,
    }
    hand.servers.entra.answer_next("openid-configuration", Answer(json=document))
    failure = failure_of(hand.app_only().converse())
    assert failure.kind is FailureKind.NOT_GRAPH
    assert "127.0.0.1" in str(failure.message)
    assert hand.servers.graph.calls == []


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
def test_what_is_no_sign_in_service_is_told(hand: Hand, answer: Answer | Garbage) -> None:
    hand.servers.entra.answer_next("openid-configuration", answer)
    failure = failure_of(hand.converse())
    assert failure.stage is Stage.TOKEN
    assert failure.kind in {FailureKind.NOT_GRAPH, FailureKind.CLOSED}
    assert hand.servers.entra.token_calls == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=200, body=b"thank you"),
        Answer(status=302, headers={"Location": "https://portal.example/"}),
        Garbage(),
    ],
)
def test_only_202_is_accepted(hand: Hand, answer: Answer | Garbage) -> None:
    hand.servers.graph.answer_next("/sendMail", answer)
    timeline = hand.converse(a_mail())
    assert timeline.accepted is None
    assert failure_of(timeline).stage is Stage.SEND


def test_an_error_without_a_body_is_told_with_its_status(hand: Hand) -> None:
    hand.servers.graph.answer_next("/sendMail", Answer(status=502, body=b"<html>Bad gateway</html>"))
    reply = reply_of(hand.converse(a_mail()))
    assert (reply.code, reply.words) == (502, "Bad Gateway")


def test_the_mailbox_s_name_stands_whole_in_the_address(hand: Hand) -> None:
    hand.app_only()
    hand.mailbox = replace(hand.mailbox, user_name="a/b?c#d@northwind.example")
    hand.converse()
    (call,) = hand.servers.graph.calls
    assert call.segments[-2] == "a/b?c#d@northwind.example"
    assert USER_NAME not in call.path
