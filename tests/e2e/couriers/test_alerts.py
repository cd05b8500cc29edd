"""Alerts by couriers as processes: to real mail servers and a real webhook, once for each change."""

import signal
import time
from contextlib import ExitStack

import pytest
from servers.https import HttpsServer
from servers.https_calls import Answer
from servers.smtp.mailserver import MailServer
from servers.smtp.sink import Sink

PATIENCE_S = 60
TOKEN = "T0K3N-of-the-hook"


class Set:
    """A home with the SMTP `Shop`, whose password is wrong, the SMTP `Ops` for alerts, and a webhook."""

    def __init__(self, program, stack):
        self.program = program
        self.users = {"shop@company.example": "right"}
        self.shop = stack.enter_context(MailServer(users=self.users))
        self.ops, self.hook = stack.enter_context(Sink(keeps=True)), stack.enter_context(HttpsServer(None))
        self.hook.answer_next(TOKEN, *[Answer()] * 9)
        server = ("--host", "127.0.0.1", "--no-tls", "--from", "jobs@company.example")
        sign_in = ("--user", "shop@company.example", "--password-stdin")
        program.smtp("create", "Shop", *server, "--port", str(self.shop.port), *sign_in, stdin="wrong")
        program.smtp("create", "Ops", *server, "--port", str(self.ops.port), "--no-auth")
        where = ("--smtp", "Ops", "--to", "ops@company.example", "--webhook-stdin")
        ran = program("settings", "alerts", *where, stdin=f"{self.hook.url}/{TOKEN}")
        assert ran.code == 0, ran.err

    def mail(self):
        mail = "Subject: Order\n\nOne.\n"
        assert self.program("send", "--smtp", "Shop", "--to", "c@d.example", stdin=mail).code == 0

    def events(self):
        return [(post["event"], post["smtp"]) for post in (call.json for call in self.hook.calls)]

    def no_secret_is_anywhere(self):
        log = (self.program.home / "logs" / "smtp-desktop.log").read_text()
        assert TOKEN not in log + "".join(self.program.printed)
        assert TOKEN.encode() not in b"".join(path.read_bytes() for path in self.program.home.glob("*.sqlite3*"))


@pytest.fixture
def home(program):
    with ExitStack() as stack:
        yield Set(program, stack)


@pytest.mark.long
def test_three_couriers_alert_once_between_them(home):
    couriers = [home.program.start("outbox", "run", "--watch") for _ in range(3)]
    home.mail()
    deadline = time.monotonic() + PATIENCE_S
    while not (home.hook.calls and home.ops.contents):
        assert time.monotonic() < deadline
        signal.sigtimedwait([], 0.05)  # other processes do it and tell nobody
    home.program.smtp("edit", "Shop", "--password-stdin", stdin="right")
    while len(home.hook.calls) < 2 or len(home.ops.contents) < 2:
        assert time.monotonic() < deadline
        signal.sigtimedwait([], 0.05)
    for courier in couriers:
        courier.terminate()
        courier.communicate(timeout=PATIENCE_S)
    assert home.events() == [("stopped", "Shop"), ("works", "Shop")]
    assert len(home.ops.contents) == 2
    home.no_secret_is_anywhere()
