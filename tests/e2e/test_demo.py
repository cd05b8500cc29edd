"""What `--demo` shows can be tried without any server of one's own."""

from contextlib import closing
from datetime import date

import pytest

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.demo import fill
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.vault.memory import ProcessVault


@pytest.fixture
def application(tmp_path):
    with closing(Application(tmp_path / "home", vault=ProcessVault())) as application:
        yield application


def test_the_first_sample_works_and_the_others_fail_each_in_its_own_way(application):
    services = application.services
    working = services.inbox_setup.open()
    fill(services.profiles, services.activities, working, application.inbox.password, date(2026, 11, 23))
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
        "Invoices_Graph": FailureKind.REFUSED,
    }
    assert [mail.recipients for mail in application.inbox.all()] == [("me@localhost",)] * 2
    application.inbox.clear()
    assert application.inbox.all() == ()


def test_an_inbox_that_never_started_is_empty(application):
    assert (application.inbox.all(), application.inbox.ca_pem) == ((), "")
    application.inbox.clear()
