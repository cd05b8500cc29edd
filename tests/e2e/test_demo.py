"""What `--demo` shows can be tried without any server of one's own."""

from datetime import date

import pytest

from smtp_desktop.composition.demo import fill
from smtp_desktop.composition.parts import Unheard, build
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.vault.memory import ProcessVault


@pytest.fixture
def parts(tmp_path):
    parts = build(tmp_path / "home", events=Unheard(), vault=ProcessVault())
    yield parts
    parts.close()


def test_the_first_sample_works_and_the_others_fail_each_in_its_own_way(parts):
    working = parts.inbox_setup.open()
    fill(parts.profiles, parts.activities, working, parts.inbox.password, date(2026, 11, 23))
    assert [profile.name for profile in parts.profiles.all() if profile.is_default] == [working.name]
    found = {}
    for profile in parts.profiles.all():
        report = parts.tester.test(profile.id, to="me@localhost", cancel=Cancel(), on_step=lambda _: None)
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
    assert [mail.recipients for mail in parts.inbox.all()] == [("me@localhost",)] * 2
    parts.inbox.clear()
    assert parts.inbox.all() == ()


def test_an_inbox_that_never_started_is_empty(parts):
    assert (parts.inbox.all(), parts.inbox.ca_pem) == ((), "")
    parts.inbox.clear()
