"""What `--demo` shows can be tried without any server of one's own."""

import json
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import mark_as_demo, opened_home
from smtp_desktop.composition.demo import Played, fill
from smtp_desktop.composition.window import worker_programs
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.local_inbox.sample_mailbox import SampleMailbox
from smtp_desktop.services.raw_message import RawEnvelope
from smtp_desktop.vault.memory import ProcessVault

pytestmark = pytest.mark.long


@pytest.fixture
def mailbox():
    """The Microsoft 365 mailbox that the demo plays; what it sends is in `sent`."""
    sent = []
    mailbox = SampleMailbox(datetime.now(UTC), lambda *mail: sent.append(mail))
    mailbox.sent = sent
    yield mailbox
    mailbox.stop()


@pytest.fixture
def application(tmp_path, mailbox):
    home = opened_home(tmp_path / "home")
    mark_as_demo(home, mailbox.ca_pem)
    opened = Application(home, vault=ProcessVault())
    with closing(opened) as application:
        yield application


def filled(application, mailbox, host="localhost"):
    """Returns the services of a demo, and the SMTP of its local inbox. `host` is where the mailbox is sought."""
    services = application.services
    working = services.inbox_setup.open()
    password = application.inbox.password
    graph_url = mailbox.url.replace("localhost", host)
    played = Played(inbox=working, password=password, graph_url=graph_url, account=mailbox.account)
    fill(services.profiles, services.activities, played, date(2026, 11, 23))
    return services, working


def test_some_samples_work_and_the_others_fail_each_in_its_own_way(application, mailbox):
    services, working = filled(application, mailbox)
    assert [profile.name for profile in services.profiles.all() if profile.is_default] == [working.name]
    found = {}
    for profile in services.profiles.all():
        report = services.tester.test(profile.id, to="me@localhost", cancel=Cancel(), on_step=lambda _: None)
        failure = report.timeline.failure
        found[profile.name] = failure.kind if failure else None
        assert failure is None or report.advice is not None
    assert found == {
        working.name: None,
        "HR_Letters": None,
        "Wrong_Password": FailureKind.REPLY,
        "Unknown_Issuer": FailureKind.CERTIFICATE,
        "Nothing_Listens": FailureKind.REFUSED,
        "Invoices_Graph": None,
    }
    assert [mail.recipients for mail in application.inbox.all()] == [("me@localhost",)] * 2
    ((sender, recipients, raw),) = mailbox.sent
    assert (sender, recipients) == (mailbox.account.user_name, ("me@localhost",))
    assert b"Bcc" not in raw
    application.inbox.clear()
    assert application.inbox.all() == ()


def test_a_certificate_that_is_made_works_at_once(application, mailbox):
    services, _ = filled(application, mailbox)
    stored = services.profiles.by_name("Invoices_Graph")
    services.profiles.save(stored.id, edit_of(stored, replace(draft_of(stored), sign_in=SignIn.APP_ONLY)))
    services.certificates.use(stored.id, services.certificates.make(stored.name))
    report = services.tester.check(stored.id, cancel=Cancel(), on_step=lambda _: None)
    assert report.timeline.failure is None


def test_the_mailbox_is_read_page_by_page(application, mailbox):
    services, _ = filled(application, mailbox)
    reader, box = services.mailbox_reader, services.profiles.by_name("Invoices_Graph").id
    first = reader.newest(box, after=None, cancel=Cancel())
    rest = reader.newest(box, after=first.next, cancel=Cancel())
    assert (len(first.mails), len(rest.mails), rest.next) == (25, 9, None)
    mail = reader.open(box, first.mails[0].id, cancel=Cancel())
    assert mail.summary == first.mails[0]
    assert "invoice 2291 has arrived" in mail.html
    assert mail.headers


def test_the_mailbox_refuses_what_is_wrong(application, mailbox):
    services, _ = filled(application, mailbox)
    stored = services.profiles.by_name("Invoices_Graph")
    draft = replace(draft_of(stored), password=Secret("another"))
    services.profiles.save(stored.id, edit_of(stored, draft))
    report = services.tester.test(stored.id, to="me@localhost", cancel=Cancel(), on_step=lambda _: None)
    assert report.timeline.failure.kind is FailureKind.TOKEN_REFUSED
    assert mailbox.sent == []


def test_nobody_but_the_demo_trusts_its_certificate(tmp_path, mailbox):
    with closing(Application(opened_home(tmp_path / "other"), vault=ProcessVault())) as application:
        services, _ = filled(application, mailbox)
        box = services.profiles.by_name("Invoices_Graph")
        report = services.tester.check(box.id, cancel=Cancel(), on_step=lambda _: None)
        assert report.timeline.failure.kind is FailureKind.CERTIFICATE


def test_its_certificate_is_trusted_for_localhost_alone(application, mailbox):
    services, _ = filled(application, mailbox, host="127.0.0.1")
    box = services.profiles.by_name("Invoices_Graph")
    report = services.tester.check(box.id, cancel=Cancel(), on_step=lambda _: None)
    assert report.timeline.failure.kind is FailureKind.CERTIFICATE


@pytest.mark.long
def test_a_courier_of_the_demo_sends_through_its_mailbox(application, mailbox, tmp_path):
    services, _ = filled(application, mailbox)
    box = services.profiles.by_name("Invoices_Graph")
    services.outbox.submit(b"Subject: x\r\n\r\nHello", RawEnvelope(recipients=["ann@x.example"]), smtp_id=box.id)
    services.courier(lease_s=60).run(cancel=Cancel(), watch=False)
    assert [mail[1] for mail in mailbox.sent] == [("ann@x.example",)]
    program = worker_programs(tmp_path / "home", lasts=False).courier
    command = [*program[: program.index("outbox")], "outbox", "list", "--json"]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert (ran.returncode, json.loads(ran.stdout)[0]["state"]) == (0, "sent")


def test_an_inbox_that_never_started_is_empty(application):
    assert (application.inbox.all(), application.inbox.ca_pem) == ((), "")
    application.inbox.clear()
