"""A courier whose SMTP gets no access token: it waits for a network that fails, and for a person who has to sign in."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.authorization_servers import FakeAuthorizationServers, unreachable
from servers.smtp.scripted import ScriptedServer
from servers.smtp.token_script import TokenScript
from services.sign_in.sign_in_harness import SHOP

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.sign_in.tokens import to_secret
from smtp_desktop.vault.memory import ProcessVault


class Post:
    """A mail server that takes the tokens A2 and A3, an authorization server, and a message for an SMTP
    whose token, A1, has ended."""

    def __init__(self, application, port):
        self.application, self.services = application, application.services
        self.servers = FakeAuthorizationServers(application.clock)
        vars(application).update(authorization_servers=self.servers)  # in place of what would be built
        ended = replace(self.servers.issue(), expires_at=application.clock.now() - timedelta(hours=1))
        draft = replace(SHOP, host_name="127.0.0.1", smtp_port=str(port), tls=False, tokens=to_secret(ended))
        self.shop = self.services.profiles.create(draft)
        self.services.activities.create(
            ActivityDraft(name="Report", smtp_id=self.shop.id, to="me@company.example", subject="Report", text="x")
        )
        self.services.outbox.trigger(self.services.activities.all()[0].id, {})

    def run(self):
        """Runs a courier once, and returns what became of the message, and of the SMTP."""
        self.services.courier(60).run(watch=False, cancel=Cancel())
        (delivery,) = self.services.outbox.page(DeliveryFilter())
        return delivery.state, self.services.read_holds().get(self.shop.id)


@pytest.fixture
def script():
    return TokenScript(dict.fromkeys(("A2", "A3"), SHOP.user_name))


@pytest.fixture
def post(tmp_path, script):
    with closing(Application(tmp_path, vault=ProcessVault())) as application, ScriptedServer(script) as server:
        yield Post(application, server.port)


def test_a_renewed_token_sends_it(post, script):
    assert post.run() == (DeliveryState.SENT, None)
    assert len(script.mails.taken) == 1


def test_an_authorization_server_that_is_down_pauses_the_smtp(post):
    post.servers.failure = unreachable()
    state, hold = post.run()
    assert state is DeliveryState.WAITING
    assert (hold.state, hold.cause) == (HoldState.PAUSED, Cause.SERVER_UNREACHABLE)


def test_a_sign_in_that_has_ended_holds_the_smtp_until_somebody_signs_in(post, script):
    post.servers.revoke()
    state, hold = post.run()
    assert state is DeliveryState.WAITING
    assert (hold.state, hold.cause) == (HoldState.HELD, Cause.SIGN_IN_ENDED)
    assert script.attempts == []
    post.services.sign_ins.sign_in(
        post.shop.id,
        by_device=False,
        keep_other_account=False,
        cancel=Cancel(),
        on_address=lambda _: None,
        on_code=lambda _: None,
    )
    assert post.run() == (DeliveryState.SENT, None)
