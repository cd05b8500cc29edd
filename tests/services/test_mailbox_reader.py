"""Reading the mailbox behind an SMTP."""

from dataclasses import replace

import pytest
from fakes.mailboxes import FakeMailboxes, a_mail
from services.tester_house import GRAPH_RULES, OFFICE, SHOP, House

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.advice import ReadFailed
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.errors import NoSuchProfile, NotAMailbox, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.mail.received import MailboxMailId
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import Cloud, ProfileId, SecretField, SignIn
from smtp_desktop.services.mailbox import MailboxReader

DENIED = Failure(
    stage=Stage.MAILBOX,
    kind=FailureKind.GRAPH_REFUSED,
    message=msg("Graph refused to show the mailbox."),
    reply=HttpReply(code=403, error_code="ErrorAccessDenied"),
)
BOTH = {SecretField.PASSWORD: Secret("mailbox"), SecretField.CLIENT_SECRET: Secret("app")}


class ReadingHouse(House):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.mailboxes = FakeMailboxes([a_mail(number) for number in range(1, 6)], page_size=2)
        self.reader = MailboxReader(
            store=self.store, vault=self.vault, mailboxes=self.mailboxes, advice_rules=lambda: GRAPH_RULES
        )

    def acts(self, profile_id: ProfileId):
        """Returns both ways of reading."""
        return (
            lambda: self.reader.newest(profile_id, after=None, cancel=self.cancel),
            lambda: self.reader.open(profile_id, MailboxMailId("id-1"), cancel=self.cancel),
        )


@pytest.fixture
def house() -> ReadingHouse:
    return ReadingHouse()


def test_it_is_read_page_by_page(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    subjects, mark = [], None
    for _ in range(3):
        page = house.reader.newest(profile.id, after=mark, cancel=Cancel())
        subjects.append([mail.subject for mail in page.mails])
        mark = page.next
    assert subjects == [["Mail 1", "Mail 2"], ["Mail 3", "Mail 4"], ["Mail 5"]]
    assert mark is None
    assert [(call.mailbox, call.secrets) for call in house.mailboxes.calls] == [(profile.server, BOTH)] * 3


def test_a_mail_is_opened(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    assert house.reader.open(profile.id, MailboxMailId("id-3"), cancel=Cancel()) == a_mail(3)
    (call,) = house.mailboxes.calls
    assert (call.mailbox, call.mail_id, call.secrets) == (profile.server, "id-3", BOTH)


def test_app_only_sign_in_reads_with_the_client_secret_alone(house: ReadingHouse) -> None:
    profile = house.has(replace(OFFICE, sign_in=SignIn.APP_ONLY))
    for act in house.acts(profile.id):
        act()
    assert [call.secrets for call in house.mailboxes.calls] == [{SecretField.CLIENT_SECRET: Secret("app")}] * 2


@pytest.mark.parametrize(("cloud", "title"), [(Cloud.GLOBAL, "Of Graph"), (Cloud.US_L4, "Of the US cloud")])
def test_a_failure_gets_the_advice_for_its_cloud(house: ReadingHouse, cloud: Cloud, title: str) -> None:
    profile = house.has(replace(OFFICE, cloud=cloud))
    house.mailboxes.failure = DENIED
    for act in house.acts(profile.id):
        with pytest.raises(ReadFailed, match="Graph refused to show the mailbox") as raised:
            act()
        assert raised.value.failure is DENIED
        assert str(raised.value.advice.title) == title


def test_a_failure_that_no_rule_knows_is_told_without_advice(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    house.mailboxes.failure = DENIED
    reader = MailboxReader(store=house.store, vault=house.vault, mailboxes=house.mailboxes, advice_rules=tuple)
    with pytest.raises(ReadFailed) as raised:
        reader.newest(profile.id, after=None, cancel=Cancel())
    assert (raised.value.failure, raised.value.advice) == (DENIED, None)


def test_a_cancel_ends_it(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    house.cancel.request()
    for act in house.acts(profile.id):
        with pytest.raises(ReadFailed) as raised:
            act()
        assert raised.value.failure.kind is FailureKind.CANCELLED


def test_a_server_has_no_mailbox_to_read_and_no_keyring_is_asked_for_that(house: ReadingHouse) -> None:
    profile = house.has(SHOP)
    for act in house.acts(profile.id):
        with pytest.raises(NotAMailbox, match="Shop is a server"):
            act()
    assert house.log == []
    assert house.mailboxes.calls == []


def test_a_client_secret_that_is_gone_is_named_and_nothing_contacted(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    house.vault.erase(profile.server.client_secret_ref)
    for act in house.acts(profile.id):
        with pytest.raises(VaultError, match=r"client secret of Office .* Enter it anew"):
            act()
    assert house.mailboxes.calls == []


def test_a_locked_vault_is_told_and_nothing_contacted(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    house.vault.locked = True
    for act in house.acts(profile.id):
        with pytest.raises(VaultLocked):
            act()
    assert house.mailboxes.calls == []


def test_what_is_gone_is_told(house: ReadingHouse) -> None:
    for act in house.acts(ProfileId("gone")):
        with pytest.raises(NoSuchProfile):
            act()


def test_a_store_that_fails_is_told(house: ReadingHouse) -> None:
    profile = house.has(OFFICE)
    house.store.failure = StoreError(msg("The disk is full."))
    for act in house.acts(profile.id):
        with pytest.raises(StoreError):
            act()
