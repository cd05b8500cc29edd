"""The reader of the mailbox behind an SMTP."""

from dataclasses import replace

import pytest
from fakes.mailboxes import FakeMailboxes, a_mail
from fakes.server_access import access_by
from services.tester_harness import GRAPH_RULES, OFFICE, SHOP, TesterHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.errors import NoSuchProfile, NotAMailbox, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.mail.received import MailboxMailId
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import Cloud, ProfileId, SecretField, SignIn
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.mailbox import MailboxReader

DENIED = Failure(
    stage=Stage.MAILBOX,
    kind=FailureKind.GRAPH_REFUSED,
    message=msg("Graph refused to show the mailbox."),
    reply=HttpReply(code=403, error_code="ErrorAccessDenied"),
)
BOTH = {SecretField.PASSWORD: Secret("mailbox"), SecretField.CLIENT_SECRET: Secret("app")}


class MailboxHarness(TesterHarness):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.mailboxes = FakeMailboxes([a_mail(number) for number in range(1, 6)], page_size=2)
        self.reader = MailboxReader(
            store=self.store,
            access=access_by(self.vault),
            mailboxes=self.mailboxes,
            adviser=Adviser(lambda _: GRAPH_RULES),
        )

    def acts(self, profile_id: ProfileId):
        """Returns both ways of reading."""
        return (
            lambda: self.reader.newest(profile_id, after=None, cancel=self.cancel),
            lambda: self.reader.open(profile_id, MailboxMailId("id-1"), cancel=self.cancel),
        )


@pytest.fixture
def harness() -> MailboxHarness:
    return MailboxHarness()


def test_it_is_read_page_by_page(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    subjects, mark = [], None
    for _ in range(3):
        page = harness.reader.newest(profile.id, after=mark, cancel=Cancel())
        subjects.append([mail.subject for mail in page.mails])
        mark = page.next
    assert subjects == [["Mail 1", "Mail 2"], ["Mail 3", "Mail 4"], ["Mail 5"]]
    assert mark is None
    assert [(call.mailbox, call.secrets) for call in harness.mailboxes.calls] == [(profile.server, BOTH)] * 3


def test_a_mail_is_opened(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    assert harness.reader.open(profile.id, MailboxMailId("id-3"), cancel=Cancel()) == a_mail(3)
    (call,) = harness.mailboxes.calls
    assert (call.mailbox, call.mail_id, call.secrets) == (profile.server, "id-3", BOTH)


def test_app_only_sign_in_reads_with_the_client_secret_alone(harness: MailboxHarness) -> None:
    profile = harness.saved(replace(OFFICE, sign_in=SignIn.APP_ONLY))
    for act in harness.acts(profile.id):
        act()
    assert [call.secrets for call in harness.mailboxes.calls] == [{SecretField.CLIENT_SECRET: Secret("app")}] * 2


@pytest.mark.parametrize(("cloud", "title"), [(Cloud.GLOBAL, "Of Graph"), (Cloud.US_L4, "Of the US cloud")])
def test_a_failure_gets_the_advice_for_its_cloud(harness: MailboxHarness, cloud: Cloud, title: str) -> None:
    profile = harness.saved(replace(OFFICE, cloud=cloud))
    harness.mailboxes.failure = DENIED
    for act in harness.acts(profile.id):
        with pytest.raises(ReadFailed, match="Graph refused to show the mailbox") as raised:
            act()
        assert raised.value.failure is DENIED
        assert str(raised.value.advice.title) == title


def test_a_failure_that_no_rule_knows_is_reported_without_advice(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.mailboxes.failure = DENIED
    reader = MailboxReader(
        store=harness.store, access=access_by(harness.vault), mailboxes=harness.mailboxes, adviser=Adviser(lambda _: ())
    )
    with pytest.raises(ReadFailed) as raised:
        reader.newest(profile.id, after=None, cancel=Cancel())
    assert (raised.value.failure, raised.value.advice) == (DENIED, None)


def test_a_cancel_ends_it(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.cancel.request()
    for act in harness.acts(profile.id):
        with pytest.raises(ReadFailed) as raised:
            act()
        assert raised.value.failure.kind is FailureKind.CANCELLED


def test_a_server_has_no_mailbox_to_read_and_no_keyring_is_asked_for_that(harness: MailboxHarness) -> None:
    profile = harness.saved(SHOP)
    for act in harness.acts(profile.id):
        with pytest.raises(NotAMailbox, match="Shop is an SMTP server"):
            act()
    assert harness.log == []
    assert harness.mailboxes.calls == []


def test_a_client_secret_that_is_gone_is_named_and_nothing_contacted(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.vault.erase(profile.server.client_secret_ref)
    for act in harness.acts(profile.id):
        with pytest.raises(VaultError, match=r"client secret of Office .* Enter it again"):
            act()
    assert harness.mailboxes.calls == []


def test_a_locked_vault_is_reported_and_nothing_contacted(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.vault.locked = True
    for act in harness.acts(profile.id):
        with pytest.raises(VaultLocked):
            act()
    assert harness.mailboxes.calls == []


def test_what_is_gone_is_reported(harness: MailboxHarness) -> None:
    for act in harness.acts(ProfileId("gone")):
        with pytest.raises(NoSuchProfile):
            act()


def test_a_store_that_fails_is_reported(harness: MailboxHarness) -> None:
    profile = harness.saved(OFFICE)
    harness.store.failure = StoreError(msg("The disk is full."))
    for act in harness.acts(profile.id):
        with pytest.raises(StoreError):
            act()
