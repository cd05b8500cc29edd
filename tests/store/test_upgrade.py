"""A database that an earlier version of the program wrote."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from contracts.outbox_examples import entry
from fakes.stored import put

from smtp_desktop.domain.checks.health import TestKind, WarningKind
from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, GraphMailbox, ProfileId, SignIn, SmtpProfile
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database, schema_scripts, schema_steps
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.server_denylists import SqlitePipeliningDenylist

_SERVER = """
INSERT INTO smtp VALUES ('11', 'Plant', 'generic', 1, 'a@b.example', 's', 'd', 'ann@b.example', 'file:11/password/1',
    'mail.b.example', 2525, 1, 1, 'user', '', NULL, NULL, NULL, NULL)"""
_MAILBOX = """
INSERT INTO smtp VALUES ('22', 'Office', 'graph', 0, '', '', '', 'box@c.example', 'file:22/password/1',
    NULL, NULL, NULL, NULL, NULL, NULL, 'c.example', '0b0c', 'password', 'file:22/client_secret/1')"""
PLANT = SmtpProfile(
    id=ProfileId("11"),
    name="Plant",
    server=GenericServer(
        host_name="mail.b.example",
        smtp_port=2525,
        user_name="ann@b.example",
        password_ref=SecretRef("file:11/password/1"),
    ),
    is_default=True,
    from_address="a@b.example",
    signature="s",
    description="d",
)
OFFICE = SmtpProfile(
    id=ProfileId("22"),
    name="Office",
    server=GraphMailbox(
        user_name="box@c.example",
        tenant_id="c.example",
        client_id="0b0c",
        sign_in=SignIn.PASSWORD,
        cloud=Cloud.GLOBAL,
        authority="",
        graph_url="",
        client_secret_valid_until=None,
        password_ref=SecretRef("file:22/password/1"),
        client_secret_ref=SecretRef("file:22/client_secret/1"),
    ),
)


@pytest.fixture
def path(tmp_path):
    """A database as version 1 left it, written by SQL alone."""
    path = tmp_path / "smtp-desktop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema_steps()[0])
        connection.execute(_SERVER)
        connection.execute(_MAILBOX)
        connection.execute("INSERT INTO check_result VALUES (1, '22', '2026-03-01', 'check', 1, 1.5, NULL, NULL, '')")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return path


def test_every_smtp_of_version_1_is_still_there_and_mailboxes_live_in_the_global_cloud(path):
    with closing(Database(path)) as database:
        assert list(SqliteProfiles(database).all()) == [PLANT, OFFICE]
        with database.read() as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema_steps())
            assert connection.execute("SELECT count(*) FROM check_result").fetchone()[0] == 1
            clouds = connection.execute("SELECT id, cloud, authority, graph_url FROM smtp ORDER BY id").fetchall()
    assert [tuple(row) for row in clouds] == [("11", None, None, None), ("22", "global", "", "")]


def test_the_file_as_it_was_is_kept_beside_it(path):
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
    with closing(Database(path)):
        pass
    with closing(sqlite3.connect(path.with_name(f"{path.name}.before-v2.bak"))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert list(connection.iterdump()) == before


def test_version_2_keeps_its_smtps_and_gets_an_outbox(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema_steps()[1])
        connection.execute("UPDATE smtp SET cloud = 'china', client_secret_valid_until = '2027-05-31' WHERE id = '22'")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    server = replace(OFFICE.server, cloud=Cloud.CHINA, client_secret_valid_until=date(2027, 5, 31))
    with closing(Database(path)) as database:
        assert list(SqliteProfiles(database).all()) == [PLANT, replace(OFFICE, server=server)]
        (delivery_id,) = SqliteOutbox(database).add([entry(smtp_id=PLANT.id, backup_id=OFFICE.id)])
        assert SqliteOutbox(database).get(delivery_id).smtp_id == PLANT.id
        with database.read() as connection:
            assert connection.execute("SELECT count(*) FROM check_result").fetchone()[0] == 1
    assert path.with_name(f"{path.name}.before-v3.bak").exists()
    assert not path.with_name(f"{path.name}.before-v2.bak").exists()


def test_upgraded_smtps_can_be_changed(path):
    changed = SmtpProfile(
        id=OFFICE.id,
        name="Office",
        server=GraphMailbox(
            user_name="box@c.example",
            tenant_id="c.example",
            client_id="0b0c",
            cloud=Cloud.CHINA,
            client_secret_valid_until=date(2027, 5, 31),
        ),
    )
    with closing(Database(path)) as database:
        put(SqliteProfiles(database), changed)
    with closing(Database(path)) as database:
        assert SqliteProfiles(database).get(OFFICE.id) == changed


_OUTBOX = """
INSERT INTO activity VALUES ('job', 'Job', '', '11', '22', 'a@x.example', '', '', 's', 't', '', '', 1);
INSERT INTO delivery (
    id, created_at, retry_from, state, next_try_at, finished_at, activity_id, smtp_id, backup_id, courier,
    lease_ends_at, handed_over, handed_to, attempts, by_backup, may_be_twice, size_bytes, message_id, subject,
    recipients, recipient_states, activity_name, smtp_name, last_stage, last_kind, last_reply
) VALUES
    (3, 1, 2, 'sent', NULL, 9, 'job', '11', '22', NULL, NULL, 0, NULL, 1, 1, 1, 123, '<3@x>', 'Größe', 'a@x.example',
     '[["sent",""]]', 'Job', 'Plant', 'content', 'reply', '250 ok'),
    (5, 3, 3, 'waiting', 4, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 0, 7, '<5@x>', '', 'b@x.example', '', '',
     '', NULL, NULL, ''),
    (6, 3, 3, 'sending', 3, NULL, 'job', '11', NULL, 'ann', 8, 1, '22', 0, 0, 0, 7, '<6@x>', '', 'c@x.example', '', '',
     '', NULL, NULL, ''),
    (7, 3, 3, 'unknown', NULL, 4, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, 0, 1, 7, '<7@x>', '', 'c@x.example', '', '',
     '', NULL, NULL, '');
UPDATE sqlite_sequence SET seq = 40;
INSERT INTO attachment VALUES (x'0a', x'00ff');
INSERT INTO attachment_use VALUES (3, x'0a');
INSERT INTO delivery_content VALUES
    (3, '{"to":[["a","x.example","A"]],"cc":[],"bcc":[],"subject":"Gr\\u00f6\\u00dfe","message_id":"<3@x>","date":'
        || '"2026-03-01T14:30:00+02:00","text":"one\\u0000","html":"\\ud800","attachments":[["n","t/x","0a"]]}', NULL),
    (5, '{"recipients":[["b","x.example",""]],"message_id":"<5@x>","subject":"","sender":[]}', x'0d0a');
INSERT INTO delivery_attempt VALUES (3, 1, 5, 'Plant', 1, 'sent', '{}');
INSERT INTO smtp_hold VALUES ('22', 1, 'sign-in', 'reply', '535 no', 2);
"""
_KEPT = ("delivery", "delivery_attempt", "activity", "attachment", "attachment_use", "smtp_hold")


_RENAMED = {
    "handed_over": "data_started",
    "handed_to": "data_started_through",
    "letter": "message",
    "cuts": "shared_text_places",
    "trial": "test_kind",
    "concerns": "warnings",
    "probe_at": "until",
    "check_at": "until",
}


def rows_of(connection, table):
    """Returns the rows, with the present names of their columns."""
    found = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [{_RENAMED.get(column, column): value for column, value in dict(row).items()} for row in found]


def rows_like(connection, before):
    """Returns the rows of the tables in `before`, without columns that came later."""
    return {
        table: [{column: row[column] for column in rows[0]} for row in rows_of(connection, table)] if rows else []
        for table, rows in before.items()
    }


@pytest.fixture
def full(path):
    """A database as version 4 left it with mails in the outbox, by SQL alone. Gives the rows of every table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for step in schema_steps()[1:4]:
            connection.executescript(step)
        connection.executescript(_OUTBOX)
        connection.execute("PRAGMA user_version = 4")
        connection.commit()
        return {table: rows_of(connection, table) for table in _KEPT}


def test_version_4_keeps_every_mail_with_all_that_belongs_to_it(full, path):
    with closing(Database(path)) as database:
        with database.read() as connection:
            assert rows_like(connection, full) == full
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        outbox = SqliteOutbox(database)
        message = outbox.message(DeliveryId(3))
        assert (message.subject, message.text, message.html) == ("Größe", "one\0", "\ud800")
        assert (message.date.isoformat(), message.to[0].display_name) == ("2026-03-01T14:30:00+02:00", "A")
        assert [(file.name, file.content) for file in message.attachments] == [("n", b"\x00\xff")]
        assert outbox.message(DeliveryId(5)).raw == b"\r\n"


_MAIL_OF_VERSION_5 = """
INSERT INTO delivery (id, created_at, retry_from, state, next_try_at, activity_id, smtp_id, size_bytes, message_id,
    subject, recipients, activity_name)
VALUES (41, 1, 1, 'waiting', 1, 'job', '11', 9, '<41@x>', 's', 'a@x.example', 'Job');
INSERT INTO delivery_content VALUES
    (41, '[[["a","x.example",""]],[],[],"s","<41@x>","2026-03-01T14:30:00+00:00",[],[["text",5,"0b"]]]', NULL,
     'Dear !', '');
INSERT INTO attachment VALUES (x'0b', x'616c6c');
INSERT INTO attachment_use VALUES (41, x'0b');
"""


def test_version_5_keeps_every_mail_and_what_it_shares(full, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        connection.executescript(schema_steps()[4])
        connection.executescript(_MAIL_OF_VERSION_5)
        connection.execute("PRAGMA user_version = 5")
        connection.commit()
        before = {table: rows_of(connection, table) for table in _KEPT}
    with closing(Database(path)) as database:
        outbox = SqliteOutbox(database)
        with database.read() as connection:
            assert rows_like(connection, before) == before
            assert [row["id"] for row in rows_of(connection, "mail")] == [3, 5, 41]
            assert rows_of(connection, "arrival") == []
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert outbox.message(DeliveryId(41)).text == "Dear all!"
        assert (outbox.message(DeliveryId(3)).text, outbox.message(DeliveryId(5)).raw) == ("one\0", b"\r\n")
        (added,) = outbox.add([entry()])
        assert (added, outbox.get(added).state) == (42, "waiting")
        assert outbox.cancel([DeliveryId(41)], now=datetime.now(UTC)) == 1
        assert outbox.prune(finished_before=datetime.now(UTC), limit=10) == 3
        with database.read() as connection:
            left = [len(rows_of(connection, table)) for table in ("delivery", "mail", "attachment")]
        assert left == [3, 2, 0]


def test_version_6_keeps_every_mail_and_has_an_empty_denylist(full, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for step in schema_steps()[4:6]:
            connection.executescript(step)
        connection.execute("PRAGMA user_version = 6")
        connection.commit()
        before = {table: rows_of(connection, table) for table in (*_KEPT, "mail")}
    with closing(Database(path)) as database:
        with database.read() as connection:
            assert rows_like(connection, before) == before
        assert not SqlitePipeliningDenylist(database, lambda: datetime.now(UTC)).has("mail.b.example", 2525)
        SqlitePipeliningDenylist(database, lambda: datetime.now(UTC)).add("mail.b.example", 2525)
    with closing(Database(path)) as database:
        assert SqlitePipeliningDenylist(database, lambda: datetime.now(UTC)).has("mail.b.example", 2525)
    assert path.with_name(f"{path.name}.before-v7.bak").exists()


def test_version_7_keeps_everything_under_the_words_of_the_field(full, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for step in schema_steps()[4:7]:
            connection.executescript(step)
        connection.execute(
            "INSERT INTO check_result (profile_id, at, trial, ok, duration_ms, reply, concerns)"
            " VALUES ('11', '2026-03-01T14:30:00+00:00', 'test', 1, 8.5, '', '[\"spf_missing\"]')"
        )
        connection.execute("INSERT INTO plain_server VALUES ('mail.b.example', 2525, ?)", [2**60])
        connection.execute("PRAGMA user_version = 7")
        connection.commit()
        before = {table: rows_of(connection, table) for table in (*_KEPT, "mail", "check_result")}
    with closing(Database(path)) as database:
        with database.read() as connection:
            assert rows_like(connection, before) == before
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        result = SqliteHealth(database).of(PLANT.id, 5)[0]
        assert (result.test_kind, result.warnings) == (TestKind.TEST, (WarningKind.SPF_MISSING,))
        assert SqlitePipeliningDenylist(database, lambda: datetime.now(UTC)).has("mail.b.example", 2525)
        (waiting,) = SqliteOutbox(database).add([entry()])
        assert SqliteOutbox(database).get(waiting).state == "waiting"
    assert path.with_name(f"{path.name}.before-v8.bak").exists()


def test_version_8_keeps_holds_and_counts_what_may_have_been_sent(full, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for step in schema_steps()[4:8]:
            connection.executescript(step)
        connection.execute("UPDATE smtp_hold SET stage = 'sign_in'")
        connection.execute("PRAGMA user_version = 8")
        connection.commit()
        before = {table: rows_of(connection, table) for table in (*_KEPT, "mail")}
    with closing(Database(path)) as database:
        with database.read() as connection:
            assert rows_like(connection, before) == before
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        outbox = SqliteOutbox(database)
        (hold,) = outbox.holds()
        assert (hold.state, hold.reply, hold.cause, hold.by_hand) == (HoldState.HELD, "535 no", None, False)
        assert [outbox.get(DeliveryId(each)).unknown_tries for each in (3, 5, 6, 7)] == [0, 0, 0, 1]
        assert outbox.get(DeliveryId(5)).expire_after_s is None
        (waiting,) = outbox.add([entry(expire_after_s=60)])
        assert (outbox.get(waiting).state, outbox.get(waiting).expire_after_s) == ("waiting", 60)
    assert path.with_name(f"{path.name}.before-v9.bak").exists()


def test_smtps_from_before_the_limits_have_none_and_can_get_some(path):
    before = [script for script in schema_scripts() if script.name < "0010"]
    with closing(sqlite3.connect(path)) as connection:
        for script in before[1:]:
            connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA user_version = {len(before)}")
        connection.commit()
    limited = replace(
        PLANT,
        server=replace(PLANT.server, ehlo_name="pc7.b.example"),
        limits=SendLimits(per_minute=30, per_hour=200, per_day=1000, connections=3, mails_per_connection=50),
    )
    with closing(Database(path)) as database:
        assert list(SqliteProfiles(database).all()) == [PLANT, OFFICE]
        put(SqliteProfiles(database), limited)
    with closing(Database(path)) as database:
        assert list(SqliteProfiles(database).all()) == [limited, OFFICE]
    assert path.with_name(f"{path.name}.before-v{len(before) + 1}.bak").exists()


def test_results_from_before_their_details_are_of_the_settings_that_are_stored(path):
    before = [script for script in schema_scripts() if script.name < "0013"]
    with closing(sqlite3.connect(path)) as connection:
        for script in before[1:]:
            connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO check_result (profile_id, at, test_kind, ok, duration_ms, reply, warnings)"
            " VALUES (?, '2026-11-30T08:00:00+00:00', 'check', 1, 5, '', '[]')",
            [PLANT.id],
        )
        connection.execute(f"PRAGMA user_version = {len(before)}")
        connection.commit()
    with closing(Database(path)) as database:
        (result,) = SqliteHealth(database).of(PLANT.id, 1)
        plant = SqliteProfiles(database).get(PLANT.id)
        assert (result.is_of(plant), SqliteHealth(database).detail_of(result)) == (True, None)
        put(SqliteProfiles(database), replace(plant, server=replace(plant.server, smtp_port=2526)))
        assert not result.is_of(SqliteProfiles(database).get(PLANT.id))


def test_an_upgraded_database_is_like_a_new_one(full, path, tmp_path):
    with closing(Database(path)) as database, closing(Database(tmp_path / "new.db")) as new:
        schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name"
        with database.read() as connection, new.read() as other:
            assert [tuple(row) for row in connection.execute(schema)] == [tuple(row) for row in other.execute(schema)]
        outbox = SqliteOutbox(database)
        # Not the number of a deleted mail, not even of one that was deleted by the old version.
        assert list(outbox.add([entry()])) == [41]
        assert outbox.prune(finished_before=datetime.now(UTC), limit=10) == 2
        with database.read() as connection:
            left = [len(rows_of(connection, table)) for table in ("delivery", "mail", "attachment")]
            assert (left, rows_of(connection, "delivery_attempt")) == ([3, 2, 0], [])
        SqliteProfiles(database).delete(PLANT.id, new_default=OFFICE.id)
        assert (outbox.get(DeliveryId(6)).smtp_id, SqliteActivities(database).get(ActivityId("job")).smtp_id) == (
            None,
        ) * 2


def test_smtps_from_before_oauth_sign_in_as_they_did_and_can_sign_in_otherwise(path):
    before = [script for script in schema_scripts() if script.name < "0016"]
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for script in before[1:]:
            connection.executescript(script.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO smtp_hold (profile_id, state, since) VALUES ('11', 'held', 5)")
        connection.execute("UPDATE smtp SET description = 'anew', tags = 'prod' WHERE id = '11'")
        connection.execute(f"PRAGMA user_version = {len(before)}")
        connection.commit()
        rows = rows_of(connection, "smtp")
    with closing(Database(path)) as database:
        with database.read() as connection:
            after = rows_like(connection, {"smtp": rows})["smtp"]
            assert after == [{**row, "sign_in": row["sign_in"] or "password"} for row in rows]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        profiles = SqliteProfiles(database)
        assert profiles.get(PLANT.id) == replace(PLANT, description="anew", tags=("prod",))
        assert profiles.get(OFFICE.id) == OFFICE
        assert [hold.profile_id for hold in SqliteOutbox(database).holds()] == [PLANT.id]
        version = profiles.get(PLANT.id).settings_version
        client = OAuthClient(provider=OAuthProvider.GOOGLE, client_id="c")
        changed = profiles.change(
            PLANT.id,
            lambda one: replace(one, server=replace(one.server, sign_in=SignIn.BROWSER, oauth=client)),
        )
        assert (changed.server.oauth, changed.settings_version) == (client, version + 1)
        assert list(SqliteOutbox(database).holds()) == []
    assert path.with_name(f"{path.name}.before-v16.bak").exists()
