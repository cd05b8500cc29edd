"""Alerts go by mail and to a webhook, once for each change, and never through the SMTP that failed."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from contracts.health_store_contract import NOON, result
from fakes.known_advice import SMTP_RULES
from fakes.server_access import access_by
from fakes.small import FixedClock, RecordedEvents, numbered_ids
from fakes.transport import FakeTransport
from fakes.vault import MemoryVault
from servers.https import HttpsServer
from servers.https_calls import Answer
from services.tester_harness import FINE, REFUSED, RELAY, SHOP

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert import AlertChannel
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import FieldErrors, VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.alerts.alert_settings import AlertDraft, AlertSettings
from smtp_desktop.services.alerts.alerts import Alerts
from smtp_desktop.services.alerts.sender import AlertSender
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.store.alerts import SqliteAlerts
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.transports.webhook import HttpWebhook

TO = "Ops <ops@company.example>"
MAIL, WEBHOOK = AlertChannel.MAIL, AlertChannel.WEBHOOK


class Harness:
    """The alerts on a real store, with a transport that sends nothing and a real webhook. `shop` is watched; `relay`
    is another SMTP."""

    def __init__(self, database, hook):
        self.hook = hook
        self.clock, self.vault, self.transport = FixedClock(NOON), MemoryVault(), FakeTransport(timeline=FINE)
        self.outbox, self.health = SqliteOutbox(database), SqliteHealth(database)
        self.profile_store, self.preferences = SqliteProfiles(database), SqlitePreferences(database)
        new_id = numbered_ids()
        profiles = Profiles(store=self.profile_store, vault=self.vault, events=RecordedEvents(), new_id=new_id)
        self.shop, self.relay = profiles.create(SHOP), profiles.create(RELAY)
        store, webhook = SqliteAlerts(database), HttpWebhook()
        sender = AlertSender(
            profiles=self.profile_store,
            health=self.health,
            access=access_by(self.vault),
            transport=self.transport,
            webhook=lambda: webhook,
            adviser=Adviser(lambda _: SMTP_RULES),
            clock=self.clock,
            new_message_id=lambda domain: f"<1@{domain}>",
        )
        shared = {"store": store, "preferences": self.preferences, "profiles": self.profile_store, "vault": self.vault}
        self.settings = AlertSettings(**shared, webhook=lambda: webhook, sender=sender, computer="desk")
        self.alerts = Alerts(
            **shared,
            sender=sender,
            clock=self.clock,
            read_holds=lambda: {hold.profile_id: hold for hold in self.outbox.holds()},
            computer="desk",
        )

    def want(self, smtp=None, webhook=None):
        url = Secret(f"{self.hook.url}/T0K3N") if webhook else None
        self.settings.save(AlertDraft(smtp_id=smtp.id if smtp else None, mail_to=TO, webhook=url))

    def hold(self, *smtps):
        for smtp in smtps:
            self.outbox.hold(SmtpHold(profile_id=smtp.id, since=NOON, cause=Cause.SIGN_IN_REFUSED))

    def send(self, **options):
        return self.alerts.send_due(Cancel(), **options)

    def pass_by(self, **time):
        self.clock.moment += timedelta(**time)
        return self.send()

    @property
    def mails(self):
        return [(call.server, call.mail.message) for call in self.transport.conversations]

    @property
    def posts(self):
        return [call.json for call in self.hook.calls]


@pytest.fixture
def it(tmp_path):
    with HttpsServer(None) as hook, closing(Database(tmp_path / "alerts.db")) as database:
        hook.answer_next("/T0K3N", *[Answer(status=200)] * 9)
        yield Harness(database, hook)


def test_nothing_is_noticed_or_sent_unless_somebody_wants_it(it):
    it.hold(it.shop)
    it.alerts.note_failed([result(it.shop.id, ok=False)])
    assert it.send(now_all=True) is None
    assert (it.mails, it.posts) == ([], [])


def test_a_look_that_finds_nothing_due_waits_for_nobody_who_writes(it, tmp_path):
    it.want(smtp=it.relay, webhook=True)
    with closing(sqlite3.connect(tmp_path / "alerts.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert it.send() is None


def test_a_held_smtp_is_one_mail_and_one_post(it):
    it.want(it.relay, webhook=True)
    it.hold(it.shop)
    assert it.send() == NOON + timedelta(seconds=5)
    assert it.mails == []
    assert it.pass_by(seconds=5) is None
    it.pass_by(hours=9)
    ((server, mail),) = it.mails
    assert server == it.relay.server
    assert [to.spec for to in mail.to] == ["ops@company.example"]
    assert mail.subject == "SMTP Desktop: Shop stopped working"
    assert "Shop stopped working, 2026-03-01 12:00 UTC: the sign-in was refused." in mail.text
    assert "SMTP Desktop on desk" in mail.text
    assert mail.auto_submitted
    ((post),) = it.posts
    fields = {"event": "stopped", "smtp": "Shop", "cause": "sign_in_refused", "since": "2026-03-01T12:00:00Z"}
    assert {key: post[key] for key in fields} == fields
    assert post["smtps"] == [fields]
    assert mail.text.strip() in post["text"]


def test_many_that_fail_together_are_one_alert(it):
    it.want(webhook=True)
    it.alerts.note_failed([result(one.id, 1, ok=False, cause=Cause.SERVER_SILENT) for one in (it.shop, it.relay)])
    it.pass_by(seconds=5)
    ((post),) = it.posts
    assert (post["event"], post["smtp"], post["cause"], post["since"]) == ("stopped", None, None, None)
    assert [one["smtp"] for one in post["smtps"]] == ["Shop", "Relay"]
    assert post["text"].startswith("SMTP Desktop: 2 SMTPs stopped working\n")


def test_it_says_when_one_works_again_by_a_check_or_a_mail(it):
    it.want(webhook=True)
    it.hold(it.shop, it.relay)
    it.send(now_all=True)
    for smtp in (it.shop, it.relay):
        it.outbox.resume(smtp.id)
    it.health.record(result(it.shop.id, 5))
    it.alerts.note_sent({"Relay": it.clock.now()})
    it.send(now_all=True)
    assert [(post["event"], [one["smtp"] for one in post["smtps"]]) for post in it.posts[1:]] == [
        ("works", ["Relay", "Shop"])
    ]


def test_no_alert_goes_through_an_smtp_that_failed_itself(it):
    it.want(it.relay, webhook=True)
    it.hold(it.shop, it.relay)
    it.send(now_all=True)
    assert it.mails == []
    assert "Alerts can't be sent by email for now: Relay, which sends them, isn't working." in it.posts[0]["text"]
    assert "Relay" in it.alerts.problems()[MAIL]
    it.pass_by(hours=20)
    assert it.mails == []
    # Its own failure is over before anybody could be told: what is told is the other one's.
    it.outbox.resume(it.relay.id)
    it.alerts.note_sent({"Relay": it.clock.now()})
    it.pass_by(minutes=1)
    assert [mail.subject for _, mail in it.mails] == ["SMTP Desktop: Shop stopped working"]
    assert it.alerts.problems() == {}


def test_an_smtp_for_alerts_that_is_gone_makes_them_wait_for_another_one(it):
    it.want(it.relay)
    it.hold(it.shop)
    it.profile_store.delete(it.relay.id, new_default=None)
    it.send(now_all=True)
    assert "no longer exists" in it.alerts.problems()[MAIL]
    assert it.pass_by(days=3) == it.clock.now() + timedelta(minutes=1)
    assert it.mails == []


def test_what_cant_be_sent_is_tried_again_for_some_hours_and_the_other_way_goes_on(it):
    it.want(it.relay, webhook=True)
    it.transport.timeline = REFUSED
    it.hold(it.shop)
    it.send(now_all=True)
    assert len(it.posts) == 1
    for hours in range(12):
        it.pass_by(hours=hours)
    assert len(it.mails) == 6
    assert it.alerts.problems() == {MAIL: "It couldn't be sent through Relay: the sign-in was refused."}
    assert (len(it.posts), it.send()) == (1, None)


def test_a_locked_vault_makes_it_wait(it):
    it.want(webhook=True)
    it.hold(it.shop)
    it.vault.locked = True
    it.send(now_all=True)
    assert "locked" in it.alerts.problems()[WEBHOOK]
    it.vault.locked = False
    it.pass_by(minutes=1)
    assert (len(it.posts), it.alerts.problems()) == (1, {})


def test_a_cancel_costs_no_try(it):
    it.want(it.relay)
    it.hold(it.shop)
    it.send()
    it.clock.moment += timedelta(seconds=5)
    cancel = Cancel()
    it.transport.timeline, it.transport.during = REFUSED, cancel.request
    it.alerts.send_due(cancel)
    it.transport.timeline, it.transport.during = FINE, lambda: None
    it.send()
    assert len(it.mails) == 2
    assert it.alerts.problems() == {}


def test_the_address_of_a_webhook_is_a_secret(it):
    it.want(webhook=True)
    choices = it.settings.read()
    assert choices.webhook_shown == f"{it.hook.url}/…"
    assert it.vault.get(choices.webhook_ref) == Secret(f"{it.hook.url}/T0K3N")
    assert "T0K3N" not in str(it.preferences.all())
    it.settings.save(AlertDraft(smtp_id=None, mail_to="", webhook=Secret("")))
    assert it.settings.read().channels == ()
    assert choices.webhook_ref not in it.vault.secrets
    assert it.profile_store.stale_secrets() == ()


WRONG = [
    ("", None, "alert_to"),
    ("nobody", None, "alert_to"),
    (TO, Secret("http://hooks.example/T0K3N"), "alert_webhook"),
    (TO, Secret("hooks.example/T0K3N"), "alert_webhook"),
    (TO, Secret("https://ann:T0K3N@hooks.example/"), "alert_webhook"),
    (TO, Secret("https://hooks.example/a b"), "alert_webhook"),
]


def test_settings_that_cant_work_are_refused(it):
    for mail_to, webhook, field in WRONG:
        draft = AlertDraft(smtp_id=it.relay.id, mail_to=mail_to, webhook=webhook)
        for refusing in (it.settings.save, lambda draft: it.settings.send_test(draft, cancel=Cancel())):
            with pytest.raises(FieldErrors) as refused:
                refusing(draft)
            assert [error.field for error in refused.value.errors] == [field]
            assert "T0K3N" not in str(refused.value)
    assert it.settings.read().channels == ()


def test_a_test_alert_takes_what_is_typed_and_says_of_each_way_how_it_went(it):
    typed = AlertDraft(smtp_id=it.relay.id, mail_to=TO, webhook=Secret(f"{it.hook.url}/gone"))
    results = it.settings.send_test(typed, cancel=Cancel())
    assert results[MAIL] is None
    assert str(results[WEBHOOK]) == "The webhook at 127.0.0.1 refused the request with HTTP status 404."
    ((_, mail),) = it.mails
    assert mail.subject == "SMTP Desktop: test alert"
    assert it.posts[0]["event"] == "test"
    assert it.settings.read().channels == ()


def test_a_test_alert_goes_to_the_stored_webhook_where_no_other_is_typed(it):
    it.want(webhook=True)
    typed = AlertDraft(smtp_id=None, mail_to="", webhook=None)
    assert it.settings.send_test(typed, cancel=Cancel()) == {WEBHOOK: None}
    it.vault.locked = True
    with pytest.raises(VaultLocked):
        it.settings.send_test(typed, cancel=Cancel())


def test_a_test_of_nothing_is_refused(it):
    with pytest.raises(FieldErrors, match="Choose an SMTP"):
        it.settings.send_test(AlertDraft(smtp_id=None, mail_to=TO, webhook=None), cancel=Cancel())
