"""A data folder is damaged, the program says so, and a backup brings everything back: with processes."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from e2e.program import Program
from servers.smtp.mailserver import MailServer

pytestmark = pytest.mark.long

PASSPHRASE = "four words that fit"
SEALED = ("--passphrase-env", "PASSPHRASE")
USER, PASSWORD = "boss@company.example", "s3cret of the boss"
PATIENCE_S = 60


@pytest.fixture
def server():
    with MailServer(users={USER: PASSWORD}) as server:
        yield server


@pytest.fixture
def filled(program, server):
    program.environment["PASSPHRASE"] = PASSPHRASE
    at_server = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls")
    program.smtp("create", "Reports", *at_server, "--user", USER, "--password-stdin", stdin=PASSWORD)
    program.smtp("create", "Scanner", "--host", "scan.example", "--no-auth", "--from", "scan@company.example")
    mail = ("--to", "ann@company.example", "--subject", "Night", "--text", "Done", "--attach", "/var/log/{{ day }}.log")
    assert program("activity", "create", "Nightly", "--smtp", "Reports", *mail).code == 0
    assert program("send", "--smtp", "Reports", "--subject", "Hi", "--text", "x", "ann@company.example").code == 0
    return program


def damage(program):
    database = program.home / "smtp-desktop.sqlite3"
    content = database.read_bytes()
    database.write_bytes(content[: len(content) // 2])
    for log in program.home.glob("smtp-desktop.sqlite3-*"):
        log.unlink()
    return content[: len(content) // 2]


def test_a_damaged_folder_says_so_and_comes_back_with_secrets_and_activities(filled, tmp_path):
    assert filled("backup", "all.backup", *SEALED).code == 0
    damaged = damage(filled)
    refused = filled("smtp", "list", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (78, "store_damaged")
    assert "smtp-desktop restore --list" in refused.err
    assert filled("restore", "--list").code == 0
    ran = filled("restore", "all.backup", *SEALED, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["whole"], ran.json["smtps"], ran.json["activities"], ran.json["messages"]) == (True, 2, 1, 1)
    assert Path(ran.json["damaged"]).read_bytes() == damaged
    assert filled("smtp", "check", "Reports").code == 0
    (activity,) = filled("activity", "list", "--json").json
    assert (activity["smtp"], activity["attachments"]) == ("Reports", ["/var/log/{{ day }}.log"])
    (message,) = filled("outbox", "list", "--json").json
    assert (message["state"], "may have been sent" in message["last_reply"]) == ("unknown", True)
    assert filled("outbox", "run").code == 0
    assert filled("outbox", "retry", str(message["id"])).code == 0
    assert filled("outbox", "run").code == 0
    assert filled("outbox", "list", "--json").json[0]["state"] == "sent"
    assert PASSWORD.encode() not in (tmp_path / "all.backup").read_bytes()
    assert not any(PASSWORD in text or PASSPHRASE in text for text in filled.printed)


def test_another_computer_with_another_vault_gets_everything(filled, tmp_path, authority):
    assert filled("backup", "all.backup", *SEALED).code == 0
    other = Program(tmp_path / "other", authority.path)
    (tmp_path / "other").mkdir()
    other.environment |= {"PASSPHRASE": PASSPHRASE, "SMTP_DESKTOP_VAULT_PASSWORD": "quite another password"}
    assert other("restore", str(tmp_path / "all.backup"), *SEALED).code == 0
    assert other("smtp", "check", "Reports").code == 0
    assert [one["name"] for one in other("activity", "list", "--json").json] == ["Nightly"]


def test_what_was_deleted_comes_back_while_a_courier_runs(filled):
    with filled.start("outbox", "run", "--watch") as courier:
        assert filled("smtp", "delete", "--all", "--yes").code == 0
        name = filled("restore", "--list", "--json").json[0]["name"]
        assert filled("restore", name, "--yes").code == 0
        sent = filled("send", "--smtp", "Reports", "--subject", "Again", "--text", "x", "--wait", "ann@company.example")
        assert sent.code == 0, sent.err
        courier.send_signal(signal.SIGTERM)
        courier.communicate(timeout=PATIENCE_S)
    assert filled("smtp", "check", "Reports").code == 0


@pytest.mark.skipif(os.name == "nt", reason="ends the program with a POSIX signal")
def test_the_window_says_at_its_start_that_the_database_is_damaged(filled):
    damage(filled)
    environment = {**filled.environment, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "smtp_desktop"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as window:
        assert window.stderr
        assert b"is damaged" in window.stderr.readline()
        assert window.poll() is None  # it waits for an answer
        window.send_signal(signal.SIGTERM)
        window.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize("after_ms", [300, 600, 900])
def test_a_restore_that_is_killed_leaves_a_folder_that_can_be_restored(filled, after_ms):
    assert filled("backup", "all.backup", *SEALED).code == 0
    damage(filled)
    with filled.start("restore", "all.backup", *SEALED) as restoring:
        with suppress(subprocess.TimeoutExpired):  # wherever it is by then: the outcome is the same
            restoring.wait(after_ms / 1000)
        restoring.kill()
        restoring.communicate(timeout=PATIENCE_S)
    if filled("smtp", "list").code:
        assert filled("restore", "all.backup", *SEALED).code == 0
    assert [one["name"] for one in filled.smtp("list")] == ["Reports", "Scanner"]
    assert filled("smtp", "check", "Reports").code == 0
