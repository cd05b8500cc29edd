import logging
import os
from pathlib import Path

import pytest

from smtp_desktop.composition.data_folder import log_file
from smtp_desktop.composition.log_file import redacted
from smtp_desktop.composition.logs import start_logging, stop_logging
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.secret import Secret

log = logging.getLogger("smtp_desktop.some.room")


@pytest.fixture
def path(tmp_path):
    before = logging.getLogger("smtp_desktop").level
    path = log_file(tmp_path)
    start_logging(path, logging.INFO)
    yield path
    stop_logging()
    logging.getLogger("smtp_desktop").setLevel(before)


def test_writes_what_is_at_least_as_important(path):
    log.info("opened %s", "löwe")
    log.debug("not this")
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line.endswith(f"Z INFO {os.getpid()} smtp_desktop.some.room: opened löwe")


def test_sets_nothing_for_the_whole_process(tmp_path):
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    start_logging(tmp_path / "log", logging.DEBUG)
    stop_logging()
    assert (list(root.handlers), root.level) == before
    assert not logging.getLogger("smtp_desktop").handlers


def test_a_second_start_writes_each_entry_once(path, tmp_path):
    other = log_file(tmp_path / "other")
    start_logging(other, logging.INFO)
    log.info("once")
    assert path.read_text() == ""
    assert other.read_text().count("once") == 1


def test_other_libraries_stay_out_of_the_terminal(path, capfd):
    for name in ("keyring.backend", "mail.log", "msal.application", "urllib3.connectionpool"):
        assert logging.getLogger(name.split(".")[0]).handlers
    assert capfd.readouterr().err == ""
    assert path.read_text() == ""


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_only_its_owner_can_read_it_also_after_it_rotates(path):
    old_mask = os.umask(0)
    try:
        for number in range(60):
            log.info("%s %s", number, "x" * 100_000)
    finally:
        os.umask(old_mask)
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["smtp-desktop.log", *(f"smtp-desktop.log.{n}" for n in range(1, 5))]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert all(file.stat().st_size < 1_100_000 for file in files)
    assert " 59 " not in files[1].read_text()
    assert ": 59 xxx" in files[0].read_text()


def test_a_file_that_can_not_be_rotated_is_written_on(path):
    path.with_name("smtp-desktop.log.1").mkdir()
    for number in range(12):
        log.info("%s %s", number, "x" * 100_000)
    assert ": 11 xxx" in path.read_text()


def test_a_broken_entry_prints_nothing(path, capfd):
    handler = next(
        one
        for one in logging.getLogger("smtp_desktop").handlers
        if type(one).__module__ == "smtp_desktop.composition.logs"
    )
    handler.handle(log.makeRecord(log.name, logging.INFO, "x.py", 1, "%d", ("password=hunter2",), None))
    assert capfd.readouterr().err == ""
    log.info("next")
    assert "next" in path.read_text()


def test_an_entry_can_not_pass_for_two(path):
    log.info("server said: %s", "250 ok\n2026-01-01T00:00:00.000Z ERROR 1 smtp_desktop: forged\r\nx\u2028y")
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("    ")][1:] == []


def test_a_traceback_is_kept_and_redacted(path):
    try:
        int("AUTH PLAIN AGFubgBodW50ZXIy")
    except ValueError:
        log.exception("crash with %s", Secret("hunter2"))
    content = path.read_text(encoding="utf-8")
    assert "AGFubgBodW50ZXIy" not in content
    assert "hunter2" not in content
    assert "ValueError: invalid literal" in content
    assert "crash with ••••" in content
    assert "Traceback" in content


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("> AUTH PLAIN AGFubgBodW50ZXIy", "> AUTH PLAIN ••••"),
        ("auth login YW5u\r\n", "auth login ••••\r\n"),
        ("b'AUTH XOAUTH2 dXNlcj1hbm4=\\r\\n'", "b'AUTH XOAUTH2 ••••\\r\\n'"),
        ("password=hunter2, user=ann", "password=••••, user=ann"),
        ("{'password': 'hun ter2', 'x': 1}", "{'password': ••••, 'x': 1}"),
        ('{"client_secret": "a\\"b", "x": 1}', '{"client_secret": ••••, "x": 1}'),
        (
            "grant_type=password&password=hunter2&client-secret=x",
            "grant_type=password&password=••••&client-secret=••••",
        ),
        ("SMTP_DESKTOP_VAULT_PASSWORD=hunter2", "SMTP_DESKTOP_VAULT_PASSWORD=••••"),
        ("pwd: hunter2", "pwd: ••••"),
        ("Authorization: Bearer eyJ0eXAi.x.y", "Authorization: Bearer ••••"),
        ("got bearer eyJ0eXAi.x-y_z==", "got bearer ••••"),
        ("access_token=eyJ0 refresh_token=abc", "access_token=•••• refresh_token=••••"),
    ],
)
def test_secrets_are_redacted(line, expected):
    assert redacted(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "250-AUTH PLAIN LOGIN XOAUTH2",
        "250 AUTH LOGIN",
        "535 5.7.8 Authentication failed: bad user name or password",
        "password_ref='keyring:p1/password/00ff'",
        "sign-in took 20 ms",
    ],
)
def test_what_is_no_secret_stays(line):
    assert redacted(line) == line


@pytest.mark.skipif(os.name != "posix", reason="Windows lets hardly anybody make links")
def test_the_log_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "smtp-desktop.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError):
        log_file(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_full_disk_stops_neither_the_program_nor_its_end(tmp_path):
    path = tmp_path / "full.log"
    path.symlink_to("/dev/full")
    start_logging(path, logging.INFO)
    try:
        logging.getLogger("smtp_desktop.x").warning("cannot be written")
    finally:
        stop_logging()
