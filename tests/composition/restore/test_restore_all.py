"""A restore where the database is damaged, missing or empty: everything comes back, and nothing damaged is deleted.

SMTP_DESKTOP_TEST_DAMAGES is how many databases are damaged at random.
"""

import os
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from composition.restore.home_harness import DAMAGES, PASSPHRASE, Home, damage
from fakes.databases import provide_database
from services.profiles_harness import WEB

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.backups import BackupReason, DatabaseState
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState
from smtp_desktop.domain.errors import StoreBusy, StoreDamaged, StoreGone, StoreTooNew, VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.store.backup import exchange as exchange_module
from smtp_desktop.store.backup import home as home_module
from smtp_desktop.store.database import Database
from smtp_desktop.vault.lock_file import exclusive


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.fill()
    return home


@pytest.fixture
def whole(home, tmp_path):
    home.back_up(tmp_path / "whole")
    return tmp_path / "whole"


def kept(home):
    return sorted(path.name for path in home.path.iterdir() if ".damaged-" in path.name)


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_database_is_noticed_kept_and_everything_comes_back(home, whole, kind):
    damage(home.database, kind)
    damaged = {
        path.name: path.read_bytes()
        for path in home.path.iterdir()
        if path.name.startswith(home.database.name) and not path.name.endswith("-shm")
    }
    if kind != "overwritten pages":  # which only those who read them meet
        with pytest.raises(StoreDamaged), home.application():
            pass
    assert home.restore().state() is DatabaseState.DAMAGED
    restored = home.restore().run(str(whole), PASSPHRASE)
    assert (restored.whole, restored.smtps, restored.activities, restored.messages) == (True, 2, 1, 2)
    assert set(home.profiles()) == {"Shop", "Relay"}
    assert home.password("Shop") == "of the shop"
    with home.services() as services:
        assert [one.attachments for one in services.activities.all()] == ["/var/log/{{ d }}.log"]
        assert services.preferences.all() == {"theme": "dark"}
    beside = {path.name: path.read_bytes() for path in home.path.iterdir() if ".damaged-" in path.name}
    assert restored.damaged.startswith(f"{home.database}.damaged-")
    for name, content in damaged.items():
        assert beside[name.replace(home.database.name, restored.damaged.rpartition("/")[2])] == content
    assert home.restore().state() is DatabaseState.SOUND


def test_messages_that_waited_end_as_unknown_and_can_be_sent_again(home, whole):
    damage(home.database, "truncated")
    home.restore().run(str(whole), PASSPHRASE)
    assert home.states() == [("unknown", False)] * 2
    with home.application() as application:
        store = application.outbox_store
        found = store.page(DeliveryFilter(), before=None, limit=10)
        assert "may have been sent after" in found[0].last_reply
        assert {one.state for each in found for one in each.recipients} == {DeliveryState.UNKNOWN}
        assert store.next_due_at(now=home.clock.now()) is None
        assert store.resend([found[0].id], now=home.clock.now()) == 1
        assert store.message(found[0].id).subject == "Hello"
    assert home.states() == [("waiting", True), ("unknown", False)]


def test_a_missing_and_an_empty_database_get_everything(home, whole, tmp_path):
    damage(home.database, "missing")
    assert home.restore().run(str(whole), PASSPHRASE).damaged == ""
    empty = Home(tmp_path / "empty")
    with empty.services() as services, empty.application() as other:
        restored = empty.restore().run(str(whole), PASSPHRASE)
        # Those who have it open see it.
        assert {one.name for one in services.profiles.all()} == {"Shop", "Relay"}
        assert len(other.outbox_store.page(DeliveryFilter(), before=None, limit=10)) == 2
    assert (restored.whole, restored.messages, restored.damaged) == (True, 2, "")
    assert empty.password("Shop") == "of the shop"
    assert kept(home) == kept(empty) == []


def test_an_empty_database_of_another_page_size_gets_everything(whole, tmp_path):
    empty = Home(tmp_path / "empty")
    with closing(sqlite3.connect(empty.database)) as connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("CREATE TABLE x (y)")
        connection.execute("DROP TABLE x")
    with closing(Database(empty.database)) as database:
        assert database.value("PRAGMA page_size") == 8192
    empty.restore().run(str(whole), PASSPHRASE)
    assert set(empty.profiles()) == {"Shop", "Relay"}


def test_a_backup_of_the_program_brings_smtps_and_activities_back_with_their_secrets(home):
    with home.services() as services:
        name = services.backups.before(BackupReason.DAILY)
    home.edit("Shop", password=Secret("another"))
    damage(home.database, "not a database")
    restored = home.restore().run(name)
    assert (restored.whole, restored.smtps, restored.messages, restored.needs_secret) == (True, 2, 0, ())
    assert home.password("Shop") == "of the shop"


def test_backups_still_keep_their_secrets_after_everything_came_back(home, whole):
    with home.services() as services:
        name = services.backups.before(BackupReason.EDIT)
    damage(home.database, "zero bytes")
    home.restore().run(name)
    home.edit("Shop", password=Secret("another"))
    with home.services() as services:
        assert services.profiles.erase_abandoned_secrets() is None
    home.restore().run(name)
    assert home.password("Shop") == "of the shop"


def test_the_copy_that_an_upgrade_left_brings_everything_back_with_what_waited_as_unknown(home):
    copy = home.database.with_name(f"{home.database.name}.before-v17.bak")
    copy.write_bytes(home.database.read_bytes())
    damage(home.database, "truncated")
    restored = home.restore().run(copy.name)
    assert (restored.whole, restored.messages, restored.needs_secret) == (True, 2, ())
    assert home.password("Shop") == "of the shop"
    assert home.states() == [("unknown", False)] * 2


def test_sign_ins_do_not_travel(home, tmp_path):
    with home.services() as services:
        services.profiles.create(WEB)
    assert "tokens" in [one.reveal() for one in home.vault.secrets.values()]
    home.back_up(tmp_path / "with sign-in")
    other = Home(tmp_path / "other")
    restored = other.restore().run(str(tmp_path / "with sign-in"), PASSPHRASE)
    assert restored.needs_sign_in == ("Web",)
    assert "tokens" not in [one.reveal() for one in other.vault.secrets.values()]
    assert other.profiles()["Web"].server.tokens_ref is None


def test_a_vault_that_fails_leaves_the_damaged_database_and_no_secret(home, whole, tmp_path):
    damage(home.database, "truncated")
    content = home.database.read_bytes()
    other = Home(home.path)
    other.vault.failure = VaultError(msg("No keyring."))
    with pytest.raises(VaultError):
        other.restore().run(str(whole), PASSPHRASE)
    assert (home.database.read_bytes(), other.vault.secrets, kept(home)) == (content, {}, [])


def test_whoever_has_the_damaged_database_open_is_told_to_start_again(home, whole):
    with home.application() as application:
        damage(home.database, "overwritten pages")
        home.restore().run(str(whole), PASSPHRASE)
        with pytest.raises(StoreGone):
            application.profile_store.all()
    assert set(home.profiles()) == {"Shop", "Relay"}


def test_nobody_opens_a_database_that_is_being_restored(home):
    provide_database(home.path / "other" / "x")
    with exclusive(home.path / "restore.lock"):
        with pytest.raises(StoreBusy), home.application():
            pass
        home.database.unlink()
        with pytest.raises(StoreBusy):
            home.restore().run(str(home.path / "other" / "x"))
    assert not home.database.exists()


def test_everything_takes_the_place_of_a_sound_database_where_that_is_asked_for(home, whole):
    home.edit("Shop", smtp_port="2525")
    restored = home.restore().run(str(whole), PASSPHRASE, everything=True)
    assert (restored.whole, home.profiles()["Shop"].server.smtp_port, home.states()) == (
        *(True, 587),
        [("unknown", False)] * 2,
    )
    assert len(kept(home)) == 1


def test_damage_that_a_check_does_not_see_is_met_by_restoring_everything(home, whole):
    with sqlite3.connect(home.database) as connection:
        connection.execute("DROP TABLE kept_secret")
    connection.close()
    assert home.restore().state() is DatabaseState.SOUND
    restored = home.restore().run(str(whole), PASSPHRASE)
    assert (restored.whole, restored.smtps) == (True, 2)
    assert len(kept(home)) == 1


FUZZ = int(os.environ.get("SMTP_DESKTOP_TEST_DAMAGES", "25"))


@pytest.mark.parametrize("seed", range(FUZZ))
def test_a_database_that_is_damaged_anywhere_is_a_damaged_one_or_works_and_can_be_restored(home, whole, seed):
    content, chance = bytearray(home.database.read_bytes()), random.Random(seed)
    at = chance.randrange(len(content))
    match seed % 4:
        case 0:
            del content[at:]
        case 1:
            content[at : at + 5000] = bytes(len(content[at : at + 5000]))
        case 2:
            page = at // 2048 * 2048
            content[page : page + 2048] = chance.randbytes(2048)
        case _:
            for _ in range(50):
                content[chance.randrange(len(content))] = chance.randrange(256)
    home.database.write_bytes(content)
    with suppress(StoreDamaged, StoreTooNew), home.application() as application:
        application.read_overview(count=60, results=5)
        application.services.activities.all()
        application.services.outbox.counts()
    with suppress(StoreTooNew):
        assert home.restore().run(str(whole), PASSPHRASE, everything=bool(seed % 2)).smtps == 2
        assert set(home.profiles()) == {"Shop", "Relay"}


class Killed(BaseException):
    """The process was killed."""


LAST_STEP = 11
STEPS = range(1, LAST_STEP + 2)


@pytest.mark.parametrize("kind", ["truncated", "missing with its log"])
@pytest.mark.parametrize("step", STEPS)
def test_whoever_is_killed_on_the_way_leaves_the_damaged_database_or_the_restored_one(
    home, whole, monkeypatch, kind, step
):
    damage(home.database, kind)
    left = step

    def or_killed(call):
        def stepping(*arguments, **more):
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return call(*arguments, **more)

        return stepping

    def exchanged_step_by_step(*arguments):
        with monkeypatch.context() as patch:  # no process can be killed at a certain step from outside
            for name in ("_sync", "_link", "_write_plan"):
                patch.setattr(exchange_module, name, or_killed(getattr(exchange_module, name)))
            for name in ("replace", "unlink"):
                patch.setattr(Path, name, or_killed(getattr(Path, name)))
            return exchange(*arguments)

    exchange = exchange_module.exchange
    with monkeypatch.context() as patch:  # as above
        patch.setattr(home_module, "exchange", exchanged_step_by_step)
        with suppress(Killed):
            home.restore().run(str(whole), PASSPHRASE)
    assert (left > 0) == (step > LAST_STEP)
    state = home.restore().state() if not (home.path / "restore.pending").exists() else None
    if state is DatabaseState.DAMAGED:
        home.restore().run(str(whole), PASSPHRASE)
    with closing(Application(home.path, vault=home.vault)) as application:
        assert {one.name for one in application.profile_store.all()} == {"Shop", "Relay"}
    assert not (home.path / "restore.pending").exists()
    assert kept(home) != []
