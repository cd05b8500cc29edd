"""The tester with mailboxes behind Microsoft Graph."""

from dataclasses import replace

import pytest
from fakes.transport import failed, passed
from services.tester_harness import GUID, NOW, OFFICE, TesterHarness

from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage, StepStatus
from smtp_desktop.domain.errors import FieldErrors, VaultError, VaultLocked
from smtp_desktop.domain.events import ResultRecorded
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import Cloud, SecretField, SignIn

PASSWORD, CLIENT_SECRET = SecretField.PASSWORD, SecretField.CLIENT_SECRET
BOTH = {PASSWORD: Secret("mailbox"), CLIENT_SECRET: Secret("app")}
OTHER_GUID = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"
DENIED = HttpReply(code=403, error_code="ErrorAccessDenied", text=("Access is denied.",))


@pytest.fixture
def harness() -> TesterHarness:
    return TesterHarness()


def test_the_test_mail_states_the_mailbox_and_how_it_is_signed_in_to(harness: TesterHarness) -> None:
    report = harness.run_test(harness.saved(replace(OFFICE, signature="Ann")))
    mail = harness.only_conversation().mail

    for stated in (
        "from the SMTP Office.",
        f"Tenant Id: {GUID}\n",
        "Mailbox: office@company.example\n",
        "Type: MS Graph API\n",
        "Sign-in: user name and password\n",
        "From: office@company.example\n",
        "Sent by SMTP Desktop 0.1.0.\n",
    ):
        assert stated in mail.message.text
    assert "Host Name" not in mail.message.text
    assert mail.message.text.endswith("\n\n-- \nAnn\n")
    assert mail.message.subject == "Test message from Office"
    assert mail.message.message_id == "<1.2@company.example>"
    assert mail.envelope.sender.spec == "office@company.example"
    assert [to.spec for to in mail.envelope.recipients] == ["bob@there.example"]
    assert (report.test_kind, report.to, report.stored) == (TestKind.TEST, mail.message.to[0], True)
    assert not any(secret.reveal() in mail.message.text.split() for secret in BOTH.values())


def test_an_app_only_mail_says_so_and_can_be_of_another_address(harness: TesterHarness) -> None:
    harness.run_test(harness.saved(replace(OFFICE, sign_in=SignIn.APP_ONLY, from_address="Ann <team@company.example>")))
    message = harness.only_conversation().mail.message
    assert "Sign-in: app only\n" in message.text
    assert str(message.header_from) == '"Ann" <team@company.example>'


def test_the_transport_gets_the_mailbox_and_both_secrets(harness: TesterHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.run_check(profile)
    said = harness.only_conversation()
    assert (said.server, said.secrets, said.mail, said.known_mode) == (profile.server, BOTH, None, None)
    assert said.cancel is harness.cancel


def test_app_only_sign_in_takes_the_client_secret_alone(harness: TesterHarness) -> None:
    harness.run_check(harness.saved(replace(OFFICE, sign_in=SignIn.APP_ONLY)))
    assert harness.only_conversation().secrets == {CLIENT_SECRET: Secret("app")}


@pytest.mark.parametrize(
    ("field", "words"),
    [(CLIENT_SECRET, r"client secret of Office .* Enter it again"), (PASSWORD, r"The password of Office .* Enter it")],
)
@pytest.mark.parametrize("act", ["run_test", "run_check"])
def test_a_secret_that_is_gone_from_the_keyring_is_named_and_nothing_contacted(
    harness: TesterHarness, act: str, field: SecretField, words: str
) -> None:
    profile = harness.saved(OFFICE)
    harness.vault.erase(profile.secret_refs[field])
    with pytest.raises(VaultError, match=words):
        getattr(harness, act)(profile)
    assert harness.transport.conversations == []
    assert harness.recorded() == []


def test_a_locked_vault_is_reported_and_nothing_contacted(harness: TesterHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        harness.run_check(profile)
    assert harness.transport.conversations == []


def test_a_good_test_is_recorded_and_teaches_nothing_of_encryption(harness: TesterHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.transport.timeline = passed(profile.server, mail=object())
    report = harness.run_test(profile)

    result = CheckResult(profile_id=profile.id, at=NOW, test_kind=TestKind.TEST, ok=True, duration_ms=50.0)
    assert harness.recorded() == [result]
    assert harness.events.published == [ResultRecorded(result=result)]
    assert list(harness.tester.server_facts()) == []
    assert report.timeline.accepted == HttpReply(code=202)
    assert report.advice is None


def test_a_refusal_is_recorded_as_graph_said_it_and_gets_graphs_advice(harness: TesterHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.transport.timeline = failed(
        profile.server, None, Stage.MAILBOX, kind=FailureKind.GRAPH_REFUSED, reply=DENIED
    )
    report = harness.run_check(profile)

    (result,) = harness.recorded()
    assert (result.ok, result.test_kind) == (False, TestKind.CHECK)
    assert (result.stage, result.kind) == (Stage.MAILBOX, FailureKind.GRAPH_REFUSED)
    assert result.reply == "403 ErrorAccessDenied Access is denied."
    assert str(report.advice.title) == "Of Graph"


def test_advice_for_smtp_servers_is_never_given_for_a_mailbox(harness: TesterHarness) -> None:
    # Of this failure the rules of SMTP have much to say.
    mailbox = harness.saved(OFFICE)
    harness.transport.timeline = failed(mailbox.server, None, Stage.CONNECT, kind=FailureKind.TIMED_OUT)
    assert str(harness.run_check(mailbox).advice.title) == "Of Graph"


def test_the_advice_goes_by_the_clouds_host(harness: TesterHarness) -> None:
    mailbox = harness.saved(replace(OFFICE, cloud=Cloud.US_L4))
    harness.transport.timeline = failed(mailbox.server, None, Stage.CONNECT, kind=FailureKind.TIMED_OUT)
    assert str(harness.run_check(mailbox).advice.title) == "Of the US cloud"


def test_an_unknown_outcome_is_recorded_as_such_and_is_no_success(harness: TesterHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.transport.timeline = failed(profile.server, object(), Stage.SEND, kind=FailureKind.OUTCOME_UNKNOWN)
    report = harness.run_test(profile)

    (result,) = harness.recorded()
    assert (result.ok, result.stage, result.kind, result.reply) == (
        False,
        Stage.SEND,
        FailureKind.OUTCOME_UNKNOWN,
        "",
    )
    assert report.timeline.steps[-1].status is StepStatus.UNKNOWN
    assert str(report.advice.title) == "It may be on its way"


def test_a_typed_client_secret_is_tried_with_the_stored_password(harness: TesterHarness) -> None:
    profile = harness.saved(OFFICE)
    report = harness.run_draft_test(replace(draft_of(profile), client_secret=Secret("new")), profile)

    assert harness.only_conversation().secrets == {PASSWORD: Secret("mailbox"), CLIENT_SECRET: Secret("new")}
    assert not report.stored
    assert harness.recorded() == []
    assert sorted(secret.reveal() for secret in harness.vault.secrets.values()) == ["app", "mailbox"]


def test_a_new_mailbox_is_tested_without_a_keyring(harness: TesterHarness) -> None:
    harness.vault.locked = True
    harness.run_draft_test(OFFICE)
    assert harness.only_conversation().secrets == BOTH
    assert harness.log == []


def test_an_unchanged_draft_is_recorded_for_its_mailbox(harness: TesterHarness) -> None:
    profile = harness.saved(replace(OFFICE, client_secret_valid_until="2027-05-31"))
    assert harness.run_draft_test(draft_of(profile), profile).stored
    assert [result.profile_id for result in harness.recorded()] == [profile.id]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"tenant_id": OTHER_GUID},
        {"cloud": Cloud.CHINA},
        {"cloud": Cloud.CUSTOM, "authority": "https://evil.example", "graph_url": "https://graph.microsoft.com"},
        {"cloud": Cloud.CUSTOM, "authority": "https://login.microsoftonline.com", "graph_url": "https://evil.example"},
    ],
    ids=str,
)
def test_a_stored_secret_never_goes_to_another_place(harness: TesterHarness, elsewhere: dict[str, object]) -> None:
    profile = harness.saved(OFFICE)
    draft = replace(draft_of(profile), **elsewhere)
    with pytest.raises(FieldErrors) as raised:
        harness.run_draft_test(draft, profile)
    assert {error.field for error in raised.value.errors} == {"password", "client_secret"}
    assert harness.transport.conversations == []

    typed = replace(draft, password=Secret("its own"), client_secret=Secret("its own app"))
    harness.run_draft_test(typed, profile)
    assert harness.only_conversation().secrets == {PASSWORD: Secret("its own"), CLIENT_SECRET: Secret("its own app")}
    assert "vault.get" not in harness.log
