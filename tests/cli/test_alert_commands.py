"""smtp-desktop settings alerts"""

import pytest
from servers.https import HttpsServer
from servers.https_calls import Answer
from servers.smtp.mailserver import MailServer
from servers.smtp.sink import Sink

NOWHERE = {"smtp": None, "to": [], "webhook": None, "problems": {"mail": None, "webhook": None}, "test": None}


@pytest.fixture
def hook():
    with HttpsServer(None) as hook:
        hook.answer_next("/T0K3N", *[Answer()] * 3)
        yield hook


def test_alerts_go_nowhere_at_first(smtp_desktop):
    assert smtp_desktop("settings", "alerts", "--json").json == NOWHERE | {"changed": False}
    assert smtp_desktop("settings", "alerts").out.split() == ["smtp:", "off", "to:", "off", "webhook:", "off"]


def test_they_are_set_tested_and_switched_off(smtp_desktop, hook):
    with Sink(keeps=True) as sink:
        at = ("--host", "127.0.0.1", "--port", str(sink.port), "--no-tls", "--no-auth", "--from", "a@b.example")
        assert smtp_desktop("smtp", "create", "Relay", *at).code == 0
        where = ("--smtp", "relay", "--to", "ops@company.example", "--webhook-stdin")
        url = f"{hook.url}/T0K3N\n".encode()
        ran = smtp_desktop("settings", "alerts", *where, "--test", "--json", stdin=url)
        assert ran.code == 0, ran.err
        set_up = NOWHERE | {"smtp": "Relay", "to": ["ops@company.example"], "webhook": f"{hook.url}/…"}
        fine = {"ok": True, "problem": None}
        assert ran.json == set_up | {"changed": True, "test": {"mail": fine, "webhook": fine}}
        assert b"test alert" in sink.contents[0]
        assert sink.recipients == [("ops@company.example",)]
    assert hook.calls[0].json["event"] == "test"
    assert "T0K3N" not in ran.out + ran.err
    assert smtp_desktop.secrets() == [f"{hook.url}/T0K3N"]
    failed = smtp_desktop("settings", "alerts", "--test")  # the relay is gone
    assert failed.code == 69
    assert "Test alert by mail: It couldn't be sent through Relay" in failed.out
    assert "Test alert to the webhook: sent." in failed.out
    off = smtp_desktop("settings", "alerts", "--no-mail", "--no-webhook", "--json")
    assert off.json == NOWHERE | {"changed": True}
    assert smtp_desktop.secrets() == []


@pytest.mark.long
def test_the_url_of_a_webhook_comes_from_the_environment(smtp_desktop, hook, monkeypatch):
    monkeypatch.setenv("HOOK", f"{hook.url}/T0K3N")
    assert smtp_desktop("settings", "alerts", "--webhook-env", "HOOK").code == 0
    assert smtp_desktop("settings", "alerts", "--webhook-env", "HOOK", "--no-webhook").code == 64


WRONG = [
    (("--to", "ops@company.example"), "--smtp: Name the SMTP"),
    (("--smtp", "Relay"), "--to: Enter an email address."),
    (("--smtp", "Relay", "--to", "nobody"), "--to: This is not an email address."),
    (("--webhook-stdin",), "--webhook-stdin: The address must begin with https://"),
    (("--test",), "--smtp: Choose an SMTP, or enter a webhook."),
]


def test_what_cant_work_is_refused(smtp_desktop):
    smtp_desktop.create("Relay")
    for options, words in WRONG:
        ran = smtp_desktop("settings", "alerts", *options, stdin=b"http://T0K3N.example/")
        assert ran.code == 65
        assert words in ran.err
        assert "T0K3N" not in ran.err


def test_nothing_goes_through_an_smtp_that_is_not_there(smtp_desktop):
    assert smtp_desktop("settings", "alerts", "--smtp", "Nobody", "--to", "a@b.example").code == 78
    assert smtp_desktop("settings", "alerts", "--no-mail", "--to", "a@b.example").code == 64


def test_a_courier_that_holds_an_smtp_alerts_once_and_says_when_it_works_again(smtp_desktop, hook):
    user = "shop@company.example"
    with MailServer(users={user: "right"}) as server, Sink(keeps=True) as ops:
        for name, port, *options in (("Shop", server.port), ("Ops", ops.port, "--no-auth")):
            sign_in = options or ["--user", user, "--password-stdin"]
            at = ("--host", "127.0.0.1", "--port", str(port), "--no-tls", "--from", user)
            assert smtp_desktop("smtp", "create", name, *at, *sign_in, stdin=b"wrong").code == 0
        where = ("--smtp", "Ops", "--to", "ops@company.example", "--webhook-stdin")
        assert smtp_desktop("settings", "alerts", *where, stdin=f"{hook.url}/T0K3N".encode()).code == 0
        assert smtp_desktop("send", "--smtp", "Shop", "c@d.example", stdin=b"Subject: Order\n\nOne.\n").code == 0
        for _ in range(2):
            assert smtp_desktop("outbox", "run").code == 75
        assert [(call.json["event"], call.json["smtp"]) for call in hook.calls] == [("stopped", "Shop")]
        assert [b"Subject: SMTP Desktop: Shop stopped working" in mail for mail in ops.contents] == [True]
        assert smtp_desktop("smtp", "edit", "Shop", "--password-stdin", stdin=b"right").code == 0
        assert smtp_desktop("outbox", "run").code == 0
        assert [(call.json["event"], call.json["smtp"]) for call in hook.calls[1:]] == [("works", "Shop")]
        assert b"Subject: SMTP Desktop: Shop works again" in ops.contents[1]
    assert "T0K3N" not in (smtp_desktop.home / "logs" / "smtp-desktop.log").read_text()
