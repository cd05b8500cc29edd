"""A job triggers from a script; the window's courier sends it, and the admin sees it at once."""

import sys
from dataclasses import replace

import pytest
from e2e.desk import Desk
from e2e.running import Program
from PySide6.QtWidgets import QTableView
from servers.mailserver import MailServer


@pytest.fixture
def script(tmp_path, authority):
    """The command line on the window's home."""
    program = Program(tmp_path, authority.path)
    assert program.home == tmp_path / "home"
    return program


@pytest.fixture
def sending_desk(qtbot, qapp, tmp_path, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    home = tmp_path / "home"
    courier = (sys.executable, "-m", "smtp_desktop", "--home", str(home), "deliver", "--watch", "--with-window")
    it = Desk(qtbot, qapp, home, adapt=lambda parts: replace(parts, courier_command=courier))
    yield it
    it.window.end()
    it.close()


def test_what_a_script_triggers_is_sent_and_shown(sending_desk, script):
    desk = sending_desk
    with MailServer() as server:
        server_options = ("--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--no-auth")
        script.smtp("create", "Relay", *server_options, "--from", "jobs@company.example")
        made = script(
            *("activity", "create", "Nightly", "--to", "ops@company.example", "--subject", "Report {{ day }}"),
            *("--text", "{{ rows }} rows"),
        )
        assert made.code == 0, made.err
        # Both were made by another process: the window shows them by itself.
        desk.until(lambda: desk.window.cards.total == 1)
        desk.until(lambda: desk.window.activities.count)
        queued = script("trigger", "Nightly", "-s", "day=Monday", "-s", "rows=4711", "--json")
        assert queued.code == 0, queued.err
        desk.window.entities.chosen.emit("deliveries")
        table = desk.window.deliveries.page.findChild(QTableView, "table")
        desk.until(lambda: table.model().rowCount() == 1)
        row = [table.model().index(0, column) for column in range(table.model().columnCount())]
        desk.until(lambda: row[-1].data() == "Sent")
        assert "Report Monday" in [cell.data() for cell in row]
        (mail,) = server.received
    assert mail.recipients == ("ops@company.example",)
    assert b"4711 rows" in mail.content
