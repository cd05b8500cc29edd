"""A restore into a sound database: SMTPs, activities and settings become those of the backup."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace

import pytest
from composition.restore.home_harness import PASSPHRASE, RELAY, SHOP, Home
from services.profiles_harness import WEB

from smtp_desktop.domain.backups import BackupReason, DatabaseState
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import (
    BadBackup,
    Cancelled,
    NoInput,
    SealedFileDamaged,
    StoreTooNew,
    VaultLocked,
    WrongPassphrase,
)
from smtp_desktop.domain.events import SetupChanged
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.alerts.alert_settings import AlertDraft
from smtp_desktop.store.database import Database, schema_steps


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.fill()
    return home


def backed_up(home, reason=BackupReason.EDIT):
    with home.services() as services:
        return services.backups.before(reason)


def test_changed_deleted_and_new_ones_become_as_they_were(home):
    name = backed_up(home)
    before = home.profiles()
    home.edit("Shop", smtp_port="2525", name="Store", password=Secret("another"))
    with home.services() as services:
        services.profiles.delete(before["Relay"].id)
        services.profiles.create(replace(RELAY, name="Extra"))
        services.activities.delete(services.activities.all()[0].id)
        services.preferences.put("theme", "light")
        services.preferences.put("layout", "wide")
    restored = home.restore().run(name)
    assert (restored.whole, restored.smtps, restored.activities, restored.needs_secret) == (False, 2, 1, ())
    assert {name: one.id for name, one in home.profiles().items()} == {name: one.id for name, one in before.items()}
    assert home.profiles()["Shop"].server == before["Shop"].server
    assert home.password("Shop") == "of the shop"
    with home.services() as services:
        assert [one.attachments for one in services.activities.all()] == ["/var/log/{{ d }}.log"]
        assert services.preferences.all() == {"theme": "dark", "layout": "wide"}
    assert home.events.published == [SetupChanged()]


def test_messages_stay_as_they_are(home):
    name = backed_up(home)
    home.restore().run(name)
    assert home.states() == [("waiting", True)] * 2


def test_names_may_be_exchanged(home):
    name = backed_up(home)
    home.edit("Shop", name="X")
    home.edit("Relay", name="Shop")
    home.edit("X", name="Relay")
    home.restore().run(name)
    assert home.profiles()["Shop"].server.host_name == SHOP.host_name


def test_a_restore_can_be_taken_back(home):
    name = backed_up(home)
    home.edit("Shop", password=Secret("another"), smtp_port="2525")
    restored = home.restore().run(name)
    assert home.password("Shop") == "of the shop"
    with home.services() as services:
        assert services.profiles.erase_abandoned_secrets() is None
        assert {one.reason for one in services.backups.all()} == {BackupReason.EDIT, BackupReason.RESTORE}
    home.restore().run(restored.backup)
    assert (home.password("Shop"), home.profiles()["Shop"].server.smtp_port) == ("another", 2525)


def test_a_secret_is_erased_with_the_last_backup_that_names_it(home):
    backed_up(home)
    home.edit("Shop", password=Secret("another"))
    with home.services() as services:
        assert services.profiles.erase_abandoned_secrets() is None
    assert sorted(one.reveal() for one in home.vault.secrets.values()) == ["another", "of the shop"]
    home.clock.moment = home.clock.moment.replace(year=2027)
    with home.services() as services:
        services.backups.before(BackupReason.EDIT)
    assert [one.reveal() for one in home.vault.secrets.values()] == ["another"]


def test_an_smtp_that_was_deleted_alone_comes_back_without_its_secret(home):
    name = backed_up(home)
    with home.services() as services:
        services.profiles.delete(
            services.profiles.by_name("Shop").id, new_default=services.profiles.by_name("Relay").id
        )
    assert home.vault.secrets == {}
    restored = home.restore().run(name)
    assert restored.needs_secret == ("Shop",)
    assert home.profiles()["Shop"].server.password_ref is None
    assert home.profiles()["Shop"].is_default


def test_several_that_were_deleted_come_back_with_their_secrets(home):
    with home.services() as services:
        services.profiles.delete_all([one.id for one in services.profiles.all()])
        (made,) = services.backups.all()
    assert home.profiles() == {}
    restored = home.restore().run(made.name)
    assert (made.reason, restored.smtps, restored.needs_secret) == (BackupReason.DELETE, 2, ())
    assert home.password("Shop") == "of the shop"


def webhook(home):
    with home.services() as services:
        ref = services.alert_settings.read().webhook_ref
    return home.vault.secrets[ref].reveal() if ref else None


def test_the_webhook_of_alerts_comes_back_with_its_url(home, tmp_path):
    def choose(url):
        with home.services() as services:
            services.alert_settings.save(AlertDraft(smtp_id=None, mail_to="", webhook=Secret(url)))

    choose("https://old.example/secret")
    name = backed_up(home)
    home.back_up(tmp_path / "whole")
    choose("https://new.example/secret")
    taken_back = home.restore().run(name).backup
    assert webhook(home) == "https://old.example/secret"
    home.restore().run(taken_back)
    assert webhook(home) == "https://new.example/secret"
    home.restore().run(str(tmp_path / "whole"), PASSPHRASE)
    assert webhook(home) == "https://old.example/secret"
    other = Home(tmp_path / "other")
    other.restore().run(str(tmp_path / "whole"), PASSPHRASE)
    assert webhook(other) == "https://old.example/secret"


def test_who_is_signed_in_stays_so_where_the_backup_is_of_the_same_sign_in(home):
    with home.services() as services:
        web = services.profiles.create(WEB)
    name = backed_up(home)
    home.edit("Web", description="changed")
    restored = home.restore().run(name)
    assert restored.needs_sign_in == ()
    assert home.profiles()["Web"].server.tokens_ref == web.server.tokens_ref
    with home.services() as services:
        services.profiles.drop_tokens(web.id)
    assert "tokens" not in [one.reveal() for one in home.vault.secrets.values()]
    assert home.restore().run(name).needs_sign_in == ("Web",)


def test_a_whole_backup_brings_its_secrets_along(home, tmp_path):
    home.back_up(tmp_path / "whole")
    home.edit("Shop", password=Secret("another"))
    restored = home.restore().run(str(tmp_path / "whole"), PASSPHRASE)
    assert (restored.whole, home.password("Shop")) == (False, "of the shop")
    assert home.states() == [("waiting", True)] * 2


def test_another_computer_gets_the_secrets_of_a_whole_backup_into_its_own_vault(home, tmp_path):
    home.back_up(tmp_path / "whole")
    other = Home(tmp_path / "other")
    with other.services() as services:
        services.profiles.create(replace(RELAY, name="Own"))
    other.restore().run(str(tmp_path / "whole"), PASSPHRASE)
    assert (set(other.profiles()), other.password("Shop")) == ({"Shop", "Relay"}, "of the shop")


def test_a_locked_vault_changes_nothing_and_asks(home, tmp_path):
    home.back_up(tmp_path / "whole")
    home.edit("Shop", smtp_port="2525")
    home.vault.locked = True
    with pytest.raises(VaultLocked):
        home.restore().run(str(tmp_path / "whole"), PASSPHRASE)
    home.vault.unlock(Secret("m"))
    assert home.profiles()["Shop"].server.smtp_port == 2525


def refused(home, kind, source, passphrase=None, cancel=None):
    before, secrets = home.profiles(), dict(home.vault.secrets)
    with pytest.raises(kind):
        home.restore().run(str(source), passphrase, cancel=cancel)
    assert (home.profiles(), home.vault.secrets) == (before, secrets)
    assert not list((home.path / "backups").glob("*.part*"))
    assert home.events.published == []


def test_what_is_no_backup_is_refused(home, tmp_path):
    (tmp_path / "text").write_text("no backup")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "cut").write_bytes(home.database.read_bytes()[:9000])
    for name in ("text", "empty", "cut"):
        refused(home, BadBackup, tmp_path / name)
    refused(home, NoInput, tmp_path / "nothing")
    refused(home, NoInput, tmp_path)


def test_the_database_of_another_program_is_refused(home, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    refused(home, BadBackup, tmp_path / "other")


def test_the_backup_of_a_newer_version_is_refused(home, tmp_path):
    newer = tmp_path / "newer"
    newer.write_bytes(home.database.read_bytes())
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 999")
    refused(home, StoreTooNew, newer)


def test_a_sealed_backup_needs_its_passphrase_and_every_byte(home, tmp_path):
    whole = tmp_path / "whole"
    home.back_up(whole)
    assert home.restore().needs_passphrase(str(whole))
    refused(home, WrongPassphrase, whole)
    refused(home, WrongPassphrase, whole, Secret("other words that fit"))
    content = whole.read_bytes()
    for cut in (len(content) - 1, len(content) // 2, 300):
        whole.write_bytes(content[:cut])
        refused(home, SealedFileDamaged, whole, PASSPHRASE)
    whole.write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
    refused(home, SealedFileDamaged, whole, PASSPHRASE)


def test_a_restore_that_is_canceled_changes_nothing(home, tmp_path):
    home.back_up(tmp_path / "whole")
    cancel = Cancel()
    cancel.request()
    refused(home, Cancelled, tmp_path / "whole", PASSPHRASE, cancel)


def test_a_backup_by_an_older_version_is_upgraded(home):
    old = home.path / "backups" / "20260101-000000-import.sqlite3"
    old.parent.mkdir()
    with closing(Database(old, steps=schema_steps()[:15])) as database, database.write() as connection:
        connection.execute(
            "INSERT INTO smtp (id, name, type, is_default, from_address, signature, description, user_name, host_name,"
            " smtp_port, tls, auth_required, envelope_sender, trusted_ca_pem)"
            " VALUES ('o', 'Old', 'generic', 0, 'a@x.example', '', '', '', 'old', 25, 0, 0, 'user', '')"
        )
    home.restore().run("20260101-000000-import")
    assert list(home.profiles()) == ["Old"]
    assert [path.name for path in old.parent.iterdir() if "part" in path.name] == []


def test_the_copy_that_an_upgrade_left_is_listed_and_can_be_restored(home):
    copy = home.database.with_name(f"{home.database.name}.before-v17.bak")
    copy.write_bytes(home.database.read_bytes())
    home.edit("Shop", smtp_port="2525")
    (listed,) = home.restore().all()
    assert (listed.name, listed.reason, listed.smtps) == (copy.name, BackupReason.UPGRADE, 2)
    restored = home.restore().run(copy.name)
    assert (restored.needs_secret, home.profiles()["Shop"].server.smtp_port) == ((), 587)


def test_the_state_says_what_a_restore_would_do(home, tmp_path):
    assert home.restore().state() is DatabaseState.SOUND
    empty = Home(tmp_path / "empty")
    assert empty.restore().state() is DatabaseState.MISSING
    with empty.services():
        pass
    assert empty.restore().state() is DatabaseState.EMPTY


class Killed(BaseException):
    """The process was killed."""


class KilledAt:
    """A port whose calls are steps; before the step of that number, the process is killed."""

    def __init__(self, port, steps):
        self._port, self._steps = port, steps

    def __getattr__(self, name):
        call = getattr(self._port, name)

        def stepping(*arguments, **more):
            self._steps[0] -= 1
            if self._steps[0] == 0:
                raise Killed
            return call(*arguments, **more)

        return stepping


@pytest.mark.parametrize("step", range(1, 8))
def test_whoever_is_killed_on_the_way_has_restored_all_or_nothing(home, tmp_path, step):
    home.back_up(tmp_path / "whole")
    home.edit("Shop", smtp_port="2525", password=Secret("another"))
    home.edit("Relay", smtp_port="2525")
    restore, steps = home.restore(), [step]
    restore._home, restore._vault = KilledAt(restore._home, steps), KilledAt(home.vault, steps)
    with suppress(Killed):
        restore.run(str(tmp_path / "whole"), PASSPHRASE)
    ports = {one.server.smtp_port for one in home.profiles().values()}
    assert (ports, home.password("Shop")) in [({2525}, "another"), ({587}, "of the shop")]
    home.restore().run(str(tmp_path / "whole"), PASSPHRASE)
    assert home.password("Shop") == "of the shop"
    home.clock.moment = home.clock.moment.replace(year=2027)
    with home.application() as application, application.database.write() as connection:
        connection.execute("UPDATE stale_secret SET announced_at = 1 WHERE announced_at IS NOT NULL")
    with home.services() as services:
        services.backups.before(BackupReason.EDIT)
    assert len(home.vault.secrets) == 1  # what was left is erased in time
