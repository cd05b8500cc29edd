"""Many SMTPs are checked by a process of the window's own, which has the master password from it by a pipe."""

import os
import sys
from contextlib import closing

import pytest
from e2e.program import MASTER
from fakes.small import RecordedEvents
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.ui.checks.bulk_check_process import BulkCheckProcess, CheckEnd

pytestmark = pytest.mark.long

NOBODY = ProfileId("nobody")


@pytest.fixture
def events():
    return RecordedEvents([])


def checked(rounds, ids, cancel=None):
    ends = {}
    rounds.run(ids, cancel=cancel or Cancel(), on_end=ends.__setitem__)
    return ends


def test_it_opens_the_vault_and_reports_how_each_ended(program, events, monkeypatch):
    command = (sys.executable, "-m", "smtp_desktop", "bulk-check")
    for name, value in program.environment.items():
        monkeypatch.setenv(name, value)
    with MailServer(users={"boss": "right"}) as server:
        at = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--user", "boss")
        at += ("--from", "boss@company.example", "--password-stdin")
        for name in ("right", "wrong"):
            program.smtp("create", name, *at, stdin=name)
        with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
            right, wrong = (profile.id for profile in SqliteProfiles(database).all())
        monkeypatch.delenv("SMTP_DESKTOP_VAULT_PASSWORD")
        rounds = BulkCheckProcess(command, events=events)
        with pytest.raises(VaultLocked):
            checked(rounds, [right])
        rounds.learn(Secret(MASTER))
        ends = checked(rounds, [right, wrong, NOBODY])
    assert (ends[right], ends[wrong]) == (CheckEnd(works=True), CheckEnd(works=False))
    assert isinstance(ends[NOBODY].problem, SmtpDesktopError)
    results = {event.result.profile_id: event.result for event in events.published}
    assert results.keys() == {right, wrong}
    assert results[right].ok
    assert results[wrong].kind is FailureKind.REPLY
    assert results[wrong].reply.startswith("535")


def says(*lines):
    """Returns a process that says so, once it has read what it is to do, and then waits for the end of its input."""
    script = f"import sys; sys.stdin.readline(); print({os.linesep.join(lines)!r}, flush=True); sys.stdin.read()"
    return (sys.executable, "-c", script)


def test_one_that_dies_is_not_taken_for_one_that_is_done(events):
    with pytest.raises(StoreError):
        checked(BulkCheckProcess((sys.executable, "-c", "pass"), events=events), [NOBODY] * 2)


def test_why_it_can_check_none_is_reported(events):
    failed = '{"event": "failed", "message": "The disk is gone."}'
    with pytest.raises(SmtpDesktopError, match=r"The disk is gone\."):
        checked(BulkCheckProcess(says(failed), events=events), [NOBODY])


def test_cancel_ends_it(events):
    cancel = Cancel()
    rounds = BulkCheckProcess(
        says("a warning", '{"event": "ended", "id": "nobody", "works": true, "result": null}'), events=events
    )

    def on_end(profile_id, end):
        assert (profile_id, end) == (NOBODY, CheckEnd(works=True))
        cancel.request()

    rounds.run([NOBODY], cancel=cancel, on_end=on_end)
    assert cancel.requested
