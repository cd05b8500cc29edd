"""A database that an earlier version of the program wrote."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from contracts.outbox_examples import submission

from smtp_desktop.domain.profile import Cloud, GenericServer, GraphMailbox, ProfileId, SignIn, SmtpProfile
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.store.database import Database, schema_steps
from smtp_desktop.store.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles

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
    """Written by SQL alone, as version 1 left it."""
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
        (delivery_id,) = SqliteOutbox(database).add([submission(smtp_id=PLANT.id, backup_id=OFFICE.id)])
        assert SqliteOutbox(database).get(delivery_id).smtp_id == PLANT.id
        with database.read() as connection:
            assert connection.execute("SELECT count(*) FROM check_result").fetchone()[0] == 1
    assert path.with_name(f"{path.name}.before-v3.bak").exists()
    assert not path.with_name(f"{path.name}.before-v2.bak").exists()


def test_what_is_upgraded_can_be_changed(path):
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
        SqliteProfiles(database).put(changed)
    with closing(Database(path)) as database:
        assert SqliteProfiles(database).get(OFFICE.id) == changed
