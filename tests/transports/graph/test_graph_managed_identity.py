"""The computer's managed identity signs in: real msal against an identity service on loopback."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from graph_driver import GraphDriver, a_mail, failure_of, reply_of, statuses
from servers.https_calls import Answer, Call, Garbage
from servers.microsoft.managed_identity import HEADER, IdentityService
from servers.microsoft.tenant import CLIENT_ID

from smtp_desktop.domain.diagnosis.kinds import FailureKind, Stage, StepStatus
from smtp_desktop.domain.smtp.profile import AppCredential


@pytest.fixture
def service(driver: GraphDriver) -> Iterator[IdentityService]:
    """The service, for which the driver is set up; it has an identity that the system assigned."""
    driver.app_only()
    driver.secrets = {}
    driver.mailbox = replace(driver.mailbox, client_id="", app_credential=AppCredential.MANAGED_IDENTITY)
    with IdentityService(driver.servers.graph.url, driver.servers.entra) as service:
        yield service


def test_a_message_is_sent_in_app_service_without_any_secret(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pose_as_app_service(monkeypatch)
    assert driver.converse(a_mail()).failure is None
    assert len(driver.servers.graph.sent) == 1
    assert service.calls[0].query["resource"] == driver.servers.graph.url
    assert not driver.servers.entra.token_calls


def test_a_message_is_sent_on_a_virtual_machine(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pose_as_machine(monkeypatch)
    assert driver.converse(a_mail()).failure is None


_Pose = Callable[[IdentityService, pytest.MonkeyPatch], None]


@pytest.mark.parametrize("pose", [IdentityService.pose_as_app_service, IdentityService.pose_as_machine])
def test_a_client_id_chooses_a_user_assigned_identity(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch, pose: _Pose
) -> None:
    pose(service, monkeypatch)
    service.user_assigned = CLIENT_ID
    refused = driver.converse()
    assert failure_of(refused).kind is FailureKind.TOKEN_REFUSED
    assert "Identity not found" in str(reply_of(refused))
    driver.mailbox = replace(driver.mailbox, client_id=CLIENT_ID)
    assert driver.converse().failure is None


def test_the_next_message_takes_the_token_of_the_first(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.servers.graph.permissions |= {"Mail.Read"}
    service.pose_as_machine(monkeypatch)
    driver.newest()
    driver.newest()
    assert len(service.calls) == 1


def test_elsewhere_than_in_azure_it_says_so(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pose_as_machine(monkeypatch)
    service.stop()
    failure = failure_of(driver.converse())
    assert failure.kind is FailureKind.REFUSED
    assert "works only on a computer in Azure" in str(failure.message)


def test_a_token_is_never_asked_for_at_another_computer(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pose_as_app_service(monkeypatch)
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://identity.example.com/msi/token")
    failure = failure_of(driver.converse())
    assert failure.kind is FailureKind.NOT_STARTED
    assert "IDENTITY_ENDPOINT names identity.example.com" in str(failure.message)


def test_service_fabric_is_not_supported_and_says_what_is(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pose_as_app_service(monkeypatch)
    monkeypatch.setenv("IDENTITY_SERVER_THUMBPRINT", "AB" * 20)
    assert "Use a certificate instead" in str(failure_of(driver.converse()).message)


def test_an_arc_agent_that_names_a_file_of_its_own_choice_is_refused(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.pose_as_app_service(monkeypatch)
    monkeypatch.delenv("IDENTITY_HEADER")
    monkeypatch.setenv("IMDS_ENDPOINT", service.url)
    challenge = {"WWW-Authenticate": "Basic realm=/etc/passwd"}
    service.answer_next("/msi/token", Answer(status=401, headers=challenge, json={"error": "unauthorized"}))
    failure = failure_of(driver.converse())
    assert failure.kind is FailureKind.NOT_STARTED
    assert len(service.calls) == 1


@pytest.mark.parametrize("answer", [Answer(body=b"<html>"), Answer(json={}), Garbage()])
def test_nonsense_is_not_taken_for_a_token(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    service.pose_as_machine(monkeypatch)
    service.answer_next("/token", answer)
    assert statuses(driver.converse())[Stage.TOKEN] is StepStatus.FAILED


def test_the_header_that_opens_the_service_is_not_shown(
    driver: GraphDriver, service: IdentityService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def repeat(call: Call) -> Answer:
        return Answer(status=500, json={"statusCode": 500, "message": f"I got {dict(call.headers)}"})

    service.pose_as_app_service(monkeypatch)
    service.answer_next("/token", repeat)
    shown = repr(driver.converse())
    assert HEADER not in shown
    assert "characters withheld" in shown
