"""smtp-desktop trigger --values"""

import io
import json
import sqlite3
import sys

import pytest

from smtp_desktop.cli.interrupt import wait_for_all
from smtp_desktop.cli.trigger_lines import CHUNK_LINES, rows_of


@pytest.fixture
def command_line(smtp_desktop):
    """A home with one SMTP and the activity Greet."""
    smtp_desktop.create("Relay")
    smtp_desktop.create_activity("Greet")
    return smtp_desktop


def lines(count):
    return [{"to": f"p{number}@company.example", "who": f"Person {number}"} for number in range(1, count + 1)]


def as_bytes(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def subjects(command_line):
    return [mail["subject"] for mail in reversed(command_line.deliveries("--limit", "5000"))]


class Spied:
    """An outbox that calls `before(number)` before each chunk, `after(number)` behind it; numbers count from 1."""

    def __init__(self, outbox, *, before=None, after=None):
        self.sizes = []
        self._outbox, self._before, self._after = outbox, before, after

    def trigger_many(self, activity_id, rows, *, extra_files=()):
        self.sizes.append(len(rows))
        if self._before:
            self._before(len(self.sizes))
        answers = self._outbox.trigger_many(activity_id, rows, extra_files=extra_files)
        if self._after:
            self._after(len(self.sizes))
        return answers


def spying(command_line, **hooks):
    """Returns the spies on the outboxes of the commands to come."""
    spies = []

    def spy(opened):
        opened.outbox = Spied(opened.outbox, **hooks)
        spies.append(opened.outbox)

    command_line.when_opened = spy
    return spies


def test_every_line_is_a_mail(command_line, tmp_path):
    file = tmp_path / "values"
    file.write_bytes(as_bytes(lines(3)))
    ran = command_line("trigger", "Greet", "--values", str(file), "--json")
    assert (ran.code, ran.err) == (0, "")
    assert subjects(command_line) == ["Hello Person 1", "Hello Person 2", "Hello Person 3"]
    ids = sorted(mail["id"] for mail in command_line.deliveries())
    assert ran.json == {
        "activity": "Greet",
        "queued": 3,
        "refused": [],
        "ids": ids,
        "messages": [],
        "error": None,
        "next_line": None,
        "dry_run": False,
    }


def test_standard_input_in_text(command_line):
    ran = command_line("trigger", "Greet", "--values", "-", stdin=as_bytes(lines(2)))
    assert (ran.code, ran.out, ran.err) == (0, "Queued 2 messages as 1 to 2.\n", "")
    assert len(command_line.deliveries()) == 2


def test_a_invalid_line_is_printed_with_its_number_and_the_others_go_on(command_line):
    good = as_bytes(lines(2)).splitlines()
    bad = (
        b'{"to": "x@company.example"}',  # 2: no who
        b"{",
        b'["to", "who"]',
        b"\xff\xfe",
        b'{"to": "not an address", "who": "x"}',
        b"[" * 100_000,
        b'{"to": "x@company.example", "who": "\\ud800"}',
    )
    stdin = b"\xef\xbb\xbf" + good[0] + b"\r\n" + b"\n".join(bad) + b"\n\n  \n" + good[1]
    ran = command_line("trigger", "Greet", "--values", "-", "--json", stdin=stdin)
    assert (ran.code, ran.json["queued"]) == (65, 2)
    assert [one["line"] for one in ran.json["refused"]] == [2, 3, 4, 5, 6, 7, 8]
    assert ran.json["refused"][0]["error"]["missing"] == ["who"]
    assert list(ran.json["refused"][4]["error"]["fields"]) == ["to"]
    assert [line.split(":")[0] for line in ran.err.splitlines()] == [f"Line {number}" for number in range(2, 9)]
    assert subjects(command_line) == ["Hello Person 1", "Hello Person 2"]


def test_errors_name_the_field(command_line):
    ran = command_line("trigger", "Greet", "--values", "-", stdin=b'{"to": "nobody", "who": "x"}')
    assert (ran.code, ran.out) == (65, "Queued 0 messages, refused 1 line.\n")
    assert ran.err.startswith("Line 1: To: ")


def test_many_go_in_chunks_and_in_silence_without_a_terminal(command_line):
    spies = spying(command_line)
    ran = command_line("trigger", "Greet", "--values", "-", stdin=as_bytes(lines(2 * CHUNK_LINES + 1)))
    assert ran.code == 0, ran.err
    assert spies[0].sizes == [CHUNK_LINES, CHUNK_LINES, 1]
    assert ran.err == ""
    command_line.when_opened = None
    assert len(set(subjects(command_line))) == 2 * CHUNK_LINES + 1


def test_on_a_terminal_one_line_is_overwritten(command_line, monkeypatch):
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda self: True)
    ran = command_line("trigger", "Greet", "--values", "-", stdin=as_bytes(lines(CHUNK_LINES)) + b"{\n")
    shown = "500 lines: queued 500 messages as 1 to 500"
    assert ran.err.startswith(f"{shown}\r{' ' * len(shown)}\rLine 501: It is not JSON")
    assert ran.err.count("\n") == 1


def test_large_files_make_small_chunks(command_line, tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 10_000_000)
    spies = spying(command_line)
    options = ("--values", "-", "--attach", str(tmp_path / "large"))
    assert command_line("trigger", "Greet", *options, stdin=as_bytes(lines(9))).code == 0
    assert spies[0].sizes[0] == 1
    assert max(spies[0].sizes) < 7
    assert sum(spies[0].sizes) == 9


def stopped_in_the_second_chunk(command_line, ran, code):
    assert ran.code == code, ran.err
    assert "Everything up to line 500, except refused lines, is in the outbox." in ran.err
    assert ran.err.splitlines()[-1].endswith("Resume with line 501.")
    assert (ran.json["queued"], ran.json["next_line"]) == (499, 501)
    assert ran.json["error"]["message"]
    command_line.when_opened = None
    assert len(command_line.deliveries("--limit", "5000")) == 499


def test_a_full_disk_loses_nothing_that_was_taken(command_line):
    def fill(number):
        if number == 2:
            (pages,) = opened._adapters.database._connection.execute("PRAGMA page_count").fetchone()
            opened._adapters.database._connection.execute(f"PRAGMA max_page_count = {pages}")

    def spy(program):
        nonlocal opened
        opened = program
        program.outbox = Spied(program.outbox, before=fill)

    opened = None
    command_line.when_opened = spy
    stdin = b"{\n" + as_bytes(lines(1200))
    ran = command_line("trigger", "Greet", "--values", "-", "--json", stdin=stdin)
    stopped_in_the_second_chunk(command_line, ran, 75)
    rest = b"".join(stdin.splitlines(keepends=True)[500:])
    assert command_line("trigger", "Greet", "--values", "-", stdin=rest).code == 0
    assert subjects(command_line) == [f"Hello Person {number}" for number in range(1, 1201)]


def test_a_locked_database_loses_nothing_that_was_taken(command_line):
    other = sqlite3.connect(command_line.home / "smtp-desktop.sqlite3", isolation_level=None, check_same_thread=False)

    def lock(number):
        if number == 2:
            other.execute("BEGIN IMMEDIATE")

    def spy(opened):
        opened._adapters.database._connection.execute("PRAGMA busy_timeout = 20")
        opened.outbox = Spied(opened.outbox, before=lock)

    command_line.when_opened = spy
    ran = command_line("trigger", "Greet", "--values", "-", "--json", stdin=b"{\n" + as_bytes(lines(1200)))
    other.execute("ROLLBACK")
    other.close()
    stopped_in_the_second_chunk(command_line, ran, 75)


def test_ctrl_c_keeps_what_was_taken_and_says_where_to_go_on(command_line, monkeypatch):
    class Interrupted(io.BytesIO):
        def readline(self, size=-1):
            line = super().readline(size)
            if b"Person 700" in line:
                raise KeyboardInterrupt
            return line

    values = Interrupted(b"{\n" + as_bytes(lines(700)))
    monkeypatch.setattr("click.types.open_stream", lambda *_args, **_kw: (values, False))
    ran = command_line("trigger", "Greet", "--values", "-", "--json")
    stopped_in_the_second_chunk(command_line, ran, 130)


def test_ctrl_c_within_a_transaction_waits_for_it(command_line, monkeypatch):
    waits = iter([None, KeyboardInterrupt])

    def interrupted(futures, cancels):
        wait_for_all(futures, cancels)
        if next(waits):
            raise KeyboardInterrupt

    monkeypatch.setattr("smtp_desktop.cli.trigger_lines.wait_for_all", interrupted)
    ran = command_line("trigger", "Greet", "--values", "-", "--json", stdin=as_bytes(lines(1200)))
    assert (ran.code, ran.json["queued"], ran.json["next_line"]) == (130, 1000, 1001)
    assert len(command_line.deliveries("--limit", "5000")) == 1000


def test_an_activity_that_is_off_stops_at_once(command_line):
    command_line("activity", "edit", "Greet", "--disabled")
    ran = command_line("trigger", "Greet", "--values", "-", "--json", stdin=as_bytes(lines(3)))
    assert (ran.code, ran.json["queued"], command_line.deliveries()) == (78, 0, [])
    assert "Nothing was queued. Start again with all lines." in ran.err


def test_an_empty_file_queues_nothing(command_line):
    ran = command_line("trigger", "Greet", "--values", "-", stdin=b"\n \n")
    assert (ran.code, ran.out) == (0, "There was no line to read. Nothing was queued.\n")


def test_a_person_is_asked_for_the_lines(command_line):
    ran = command_line("trigger", "Greet", "--values", "-", stdin=as_bytes(lines(1)), at_terminal=True)
    assert ran.err.startswith("Reading the values, one JSON object per line, from standard input. End with Ctrl+")


def test_a_dry_run_counts_and_refuses_and_queues_nothing(command_line):
    stdin = as_bytes(lines(CHUNK_LINES + 1)) + b"{\n"
    ran = command_line("trigger", "Greet", "--values", "-", "--dry-run", "--json", stdin=stdin)
    assert (ran.code, ran.json["queued"], ran.json["dry_run"], ran.json["ids"]) == (65, CHUNK_LINES + 1, True, [])
    assert [one["line"] for one in ran.json["refused"]] == [CHUNK_LINES + 2]
    ran = command_line("trigger", "Greet", "--values", "-", "--dry-run", stdin=as_bytes(lines(2)))
    assert (ran.code, ran.out) == (0, "Would queue 2 messages.\n")
    assert command_line.deliveries() == []


def test_its_former_name_still_works(command_line):
    assert (
        command_line("trigger", "Greet", "--json-values", "-", "--json", stdin=as_bytes(lines(2))).json["queued"] == 2
    )


def test_lines_are_read_as_they_are_needed():
    class Endless:
        def readline(self):
            return b'{"a": 1}\n'

    rows = rows_of(Endless())
    assert [next(rows).number for _ in range(3)] == [1, 2, 3]


def test_values_that_break_off_are_printed(command_line, monkeypatch):
    class Broken(io.BytesIO):
        def readline(self, size=-1):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("click.types.open_stream", lambda *_args, **_kw: (Broken(), False))
    ran = command_line("trigger", "Greet", "--values", "-")
    assert ran.code == 78
    assert "can't be read any further: Input/output error." in ran.err
