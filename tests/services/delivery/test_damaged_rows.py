"""Rows of the outbox that are damaged: each costs its own mail, and no other one."""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes.mail_connections import FakeMailConnection
from fakes.transport import failed
from services.courier_harness import MORNING, CourierHarness, generic, graph, message

from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Timeline
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Attachment, Mail, RawMessage
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.prepared_message import prepare
from smtp_desktop.transports.smtp.protocol import Capabilities

DAMAGES, PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_DAMAGES", "100000")), 16  # of the long run
A_RUN = 25  # so many rows are damaged before each run of a courier
TEXTS = (
    *(
        "",
        " ",
        "x",
        "null",
        "5",
        '"x"',
        "{}",
        "[]",
        "[[]]",
        '[["sent"]]',
        '[["sent","",1]]',
        '[["lost",""]]',
        "[" * 9000,
    ),
    *('[["sent",null]]', '{"to":1}', '{"to":[["a","b",5]]}', '["a@x.example"]', "text 999999", "text", "html -1", "\n"),
    *("a@x.example", "nobody", "a@x.example\nb@x.example", "2026-11-23T08:00:00", "zzz", "\ud7ff", "a\0b", "\u2028"),
)
NUMBERS = (0, 1, -1, 7, 2**31, 10**12, -(10**15), 4 * 10**15, 10**18, 2**63 - 1, -(2**63))
BLOBS = (b"", b"\0", b"x" * 32, b"\xff" * 31, b"\xfe" * 64, b"Subject: x\n\n\0\xff", b"To: a@x.example\n\nhi\n")
KEYS = ("id", "delivery_id")


def outbox_of(path: Path, seed: int) -> tuple[CourierHarness, list[DeliveryId]]:
    """A courier whose mails are written as they are for a real server, and mails of every kind in its outbox."""
    harness = CourierHarness(path, generic("main", default=True), generic("backup"))
    harness.connector.answer = written
    harness.connector.room = 8
    shared = f"shared {seed} " * 200
    file = Attachment(name="a.txt", content=b"attached", content_type="text/plain")
    raw = RawMessage(
        raw=b"Subject: raw\n\nraw\n", recipients=(parse_address("a@x.example"),), message_id="<r@x>", subject="raw"
    )
    entries = [
        OutboxEntry(message=message("plain"), created_at=MORNING, size_bytes=1),
        OutboxEntry(message=raw, created_at=MORNING, size_bytes=1),
        OutboxEntry(message=message("two", to="a@x.example,B <b@x.example>"), created_at=MORNING, size_bytes=1),
        OutboxEntry(message=message("file", attachments=(file,)), created_at=MORNING, size_bytes=1),
        OutboxEntry(
            message=message("shared", cc=(parse_address("c@x.example"),)),
            created_at=MORNING,
            size_bytes=1,
            shared_texts=(shared,),
            backup_id=harness.profiles.all()[0].id,
        ),
    ]
    return harness, list(harness.store.add([entries[number % len(entries)] for number in range(A_RUN * 2)]))


def written(connection: FakeMailConnection, mail: Mail) -> Timeline | None:
    """Writes the mail as a real connection does, and accepts it."""
    try:
        prepare(mail, Capabilities(eight_bit=True))
    except (SessionError, ValueError):
        return failed(connection.server, mail, Stage.SENDER, kind=FailureKind.TOO_LARGE)
    return None


def damage(path: Path, mail: DeliveryId, chance: random.Random) -> str:
    """Puts something else into one field of that mail's rows; returns what, for the message of a failure."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        tables = ["mail", "mail", "delivery", "delivery_attempt"]
        table = chance.choice(tables)
        columns = [row[1:4] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in KEYS]
        name, kind, _ = chance.choice(columns)
        pools = {"TEXT": (*TEXTS, b"\xff\xfe", b"caf\xe9"), "INTEGER": NUMBERS, "BLOB": BLOBS}
        value = chance.choice((None, *pools[kind]))
        key = "delivery_id" if table == "delivery_attempt" else "id"
        put = "CAST(? AS TEXT)" if kind == "TEXT" else "?"
        try:
            connection.execute(f"UPDATE {table} SET {name} = {put} WHERE {key} = ?", [value, mail])
        except sqlite3.IntegrityError:
            # No NULL here, or no such number twice; some rows are cut off altogether.
            if chance.random() < 0.2:
                connection.execute(f"DELETE FROM {table} WHERE {key} = ?", [mail])
            return f"{table}.{name} of {mail} gone?"
        return f"{table}.{name} of {mail} = {value!r:.60}"


def one_run(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    harness, ids = outbox_of(path, seed)
    with closing(harness):
        if chance.random() < 0.6:
            harness.store.next_due_at(now=MORNING)  # every mail has its delivery, where else it is made of the mail
        if chance.random() < 0.3:
            harness.connector.answer = lambda connection, mail: None
        damaged = chance.sample(ids, A_RUN)
        done = [damage(path, one, chance) for one in damaged]
        harness.run()
        whole = [one for one in ids if one not in damaged]
        assert harness.states(whole) == ["sent"] * len(whole), (seed, done)
        for states in (frozenset(), frozenset({DeliveryState.WAITING})):
            harness.store.page(DeliveryFilter(states=states), before=None, limit=200)
        harness.store.resend(ids, now=MORNING)
        done += [damage(path, one, chance) for one in damaged]
        harness.run()
        assert set(harness.states(whole)) == {"sent"}, (seed, done)
        for one in ids:
            harness.store.attempts(one)


def test_a_damaged_row_delays_no_other_mail(tmp_path):
    for seed in range(2):
        one_run(tmp_path / f"{seed}.db", seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_damaged_rows_delay_no_other_mail(tmp_path, part):
    for seed in range(100 + part, 100 + DAMAGES // A_RUN, PARTS):
        one_run(tmp_path / f"{seed}.db", seed)
        for left in tmp_path.glob(f"{seed}.db*"):
            left.unlink()


@pytest.mark.parametrize(
    "damage_it",
    [
        "UPDATE mail SET message = '{' WHERE id = 1",
        "UPDATE delivery SET recipients = 'nobody' WHERE id = 1",
        "DELETE FROM attachment",
        "DELETE FROM mail WHERE id = 1",
    ],
)
def test_a_damaged_mail_is_refused_with_the_reason(tmp_path, damage_it):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        ids = harness.add(message("Damaged", attachments=(Attachment(name="a.txt", content=b"x"),)), message("Whole"))
        harness.store.next_due_at(now=MORNING)  # so that the mail has its delivery
        with closing(sqlite3.connect(tmp_path / "db")) as connection, connection:
            connection.execute(damage_it)
        harness.run()
        assert harness.states(ids) == ["refused", "sent"]
        (attempt,) = harness.store.attempts(ids[0])
        assert any(word in str(attempt.timeline.failure.message) for word in ("damaged", "There is no message"))


def test_shared_contents_that_are_not_there_delay_no_mail(tmp_path):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        ids = harness.add(message("Damaged", attachments=(Attachment(name="a.txt", content=b"x"),)), message("Whole"))
        with closing(sqlite3.connect(tmp_path / "db")) as connection, connection:
            connection.execute("UPDATE mail SET shared = ? WHERE id = 1", [b"\xff" * 40])
        harness.run()
        assert harness.states(ids) == ["sent", "sent"]


@pytest.mark.parametrize("column", ["type", "envelope_sender", "sign_in", "cloud", "client_secret_valid_until"])
def test_a_damaged_smtp_delays_no_mail_of_another(tmp_path, column):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True), graph("other"))) as harness:
        with closing(sqlite3.connect(tmp_path / "db")) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(f"UPDATE smtp SET {column} = 'zzz' WHERE id = 'other'")
        ids = harness.add(2)
        harness.run()
        assert harness.states(ids) == ["sent", "sent"]
