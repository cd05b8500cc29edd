"""Whatever talks to the server of an SMTP gets its access token in one way: tests, alerts, couriers, probes."""

from contextlib import closing
from dataclasses import replace

import pytest
from fakes.authorization_servers import FakeAuthorizationServers
from fakes.mail_connections import FakeMailConnector
from fakes.prober import FakeProber
from fakes.transport import FakeTransport
from services.sign_in.sign_in_harness import APP, SHOP

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.alert_words import AlertWords
from smtp_desktop.domain.checks.suggestion import Confidence
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.sign_in.tokens import to_secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.vault.memory import ProcessVault

SILENT = Failure(stage=Stage.CONNECT, kind=FailureKind.TIMED_OUT, message=msg("Nothing."))
HOST = SHOP.host_name


class Program:
    """The program with fakes for what is outside this computer. Somebody has signed in for `shop`: A1."""

    def __init__(self, application):
        self.application, self.services = application, application.services
        self.transport, self.prober, self.connector = FakeTransport(), FakeProber((HOST, 587)), FakeMailConnector()
        self.servers = FakeAuthorizationServers(application.clock)
        # In place of what would be built.
        vars(application).update(
            transport=self.transport,
            prober=self.prober,
            connector=self.connector,
            authorization_servers=self.servers,
        )
        self.shop = self.services.profiles.create(replace(SHOP, tokens=to_secret(self.servers.issue())))

    def assert_signs_in_with(self, value, call):
        assert call.secrets == {}
        assert self.value(call.token) == value

    def value(self, source):
        return source(False, Cancel()).value.reveal()


@pytest.fixture
def it(tmp_path):
    with closing(Application(tmp_path, vault=ProcessVault())) as application:
        yield Program(application)


def ignore(*_):
    pass


def test_a_check_and_a_test(it):
    it.services.tester.check(it.shop.id, cancel=Cancel(), on_step=ignore)
    it.services.tester.test(it.shop.id, to="me@company.example", cancel=Cancel(), on_step=ignore)
    for call in it.transport.conversations:
        it.assert_signs_in_with("A1", call)
    assert len(it.transport.conversations) == 2


def test_a_form_in_which_somebody_has_just_signed_in(it):
    draft = replace(draft_of(it.shop), tokens=to_secret(it.servers.issue()))
    it.services.tester.check_draft(draft, profile_id=it.shop.id, cancel=Cancel(), on_step=ignore)
    it.services.tester.check_draft(draft_of(it.shop), profile_id=it.shop.id, cancel=Cancel(), on_step=ignore)
    first, second = it.transport.conversations
    it.assert_signs_in_with("A2", first)
    it.assert_signs_in_with("A1", second)


def test_a_form_of_a_new_smtp(it):
    draft = replace(SHOP, name="New", tokens=to_secret(it.servers.issue()))
    it.services.tester.check_draft(draft, profile_id=None, cancel=Cancel(), on_step=ignore)
    it.assert_signs_in_with("A2", it.transport.conversations[0])


def test_many_checks_at_once(it):
    app = it.services.profiles.create(APP)
    it.services.bulk_check.run([it.shop.id, app.id], cancel=Cancel(), on_end=ignore)
    found = {it.value(call.token) for call in it.transport.conversations}
    assert found == {"A1", "A2"}


def test_a_courier(it):
    it.services.activities.create(
        ActivityDraft(name="Report", smtp_id=it.shop.id, to="me@company.example", subject="Report", text="x")
    )
    it.services.outbox.trigger(it.services.activities.all()[0].id, {})
    it.services.courier(60).run(watch=False, cancel=Cancel())
    assert [it.value(source) for source in it.connector.tokens] == ["A1"]
    assert len(it.connector.sent) == 1


def test_an_alert(it):
    it.services._alert_sender.mail(
        it.shop.id, "ops@company.example", AlertWords(subject="It stopped", text="It stopped."), cancel=Cancel()
    )
    it.assert_signs_in_with("A1", it.transport.conversations[0])


class TestAHeldSmtp:
    @pytest.fixture(autouse=True)
    def hold(self, it):
        it.application.outbox_store.hold(
            SmtpHold(profile_id=it.shop.id, since=it.application.clock.now(), cause=Cause.SIGN_IN_ENDED)
        )

    def sign_in(self, it):
        it.services.sign_ins.sign_in(
            it.shop.id, by_device=False, keep_other_account=False, cancel=Cancel(), on_address=ignore, on_code=ignore
        )

    def test_goes_on_once_somebody_has_signed_in_again(self, it):
        self.sign_in(it)
        assert it.services.read_holds() == {}
        assert it.services.sign_ins.state_of(it.shop.id).account == SHOP.user_name

    def test_stays_held_while_its_token_is_renewed(self, it):
        source = it.services.server_access.credentials_of(it.shop, it.services.profiles.get).token
        assert source(True, Cancel()).value.reveal() == "A2"
        assert list(it.services.read_holds()) == [it.shop.id]


class TestSettingsThatWork:
    def find(self, it, draft, profile_id=None):
        return it.services.finder.find(
            draft, profile_id=profile_id, failure=SILENT, cause=Cause.SERVER_SILENT, cancel=Cancel(), on_probe=ignore
        )

    def test_on_the_same_host_are_signed_in_to_once(self, it):
        found = self.find(it, replace(draft_of(it.shop), smtp_port="26"), it.shop.id)
        (probe,) = it.prober.sign_ins
        assert (probe.address, probe.password, it.value(probe.token)) == ((HOST, 587), None, "A1")
        assert found.suggestions[0].confidence is Confidence.SIGNED_IN

    def test_on_another_host_get_no_token(self, it):
        it.prober.answering = {("smtp.company.example", 465)}
        draft = replace(draft_of(it.shop), host_name="mail.company.example")
        self.find(it, draft, it.shop.id)
        assert it.prober.sign_ins == []

    def test_are_only_looked_at_where_nobody_has_signed_in(self, it):
        self.find(it, replace(SHOP, name="New", smtp_port="26"))
        assert it.prober.sign_ins == []

    def test_a_probe_up_to_the_sender(self, it):
        it.services.finder.probe(it.shop, it.shop.server, cancel=Cancel())
        (probe,) = it.prober.sign_ins
        assert it.value(probe.token) == "A1"


def test_a_refused_sign_in_is_no_reason_to_ask_for_a_token_early(it):
    it.prober.refusal = Reply(code=535)
    it.services.finder.probe(it.shop, it.shop.server, cancel=Cancel())
    assert it.servers.calls == []
