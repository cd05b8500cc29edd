"""A data folder that version 7 of the schema wrote: database and encrypted file, opened by the program as it is now.

`home_of_version_7` holds both as that version's own command line left them; the database as SQL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import VAULT_FILE
from smtp_desktop.domain.checks.health import TestKind
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus
from smtp_desktop.domain.errors import VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, SecretField, SignIn
from smtp_desktop.services.server_access import stored_secret
from smtp_desktop.store.database import schema_steps

LEFT = Path(__file__).parent / "home_of_version_7"
MASTER = Secret("corréct horse")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "smtp-desktop.sqlite3")) as connection:
        connection.executescript((LEFT / "smtp-desktop.sql").read_text(encoding="utf-8"))
    (tmp_path / VAULT_FILE).write_bytes((LEFT / VAULT_FILE).read_bytes())
    return tmp_path


@pytest.fixture
def application(home: Path) -> Iterator[Application]:
    with closing(Application(home)) as application:
        yield application


def test_it_is_of_the_newest_version_now_and_a_copy_of_the_old_one_is_kept(application: Application) -> None:
    (copy,) = application.home.glob("*.bak")

    assert copy.name == "smtp-desktop.sqlite3.before-v8.bak"
    assert application.data_folder().schema == len(schema_steps())
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (7,)
        assert connection.execute("SELECT name FROM smtp ORDER BY name").fetchall() == [
            ("Office",),
            ("Plant",),
            ("Shop",),
        ]


def test_every_smtp_is_as_it_was(application: Application) -> None:
    plant, office, shop = application.services.profiles.all()

    assert (plant.name, plant.is_default, plant.signature) == ("Plant", True, "Plant 7")
    assert plant.from_address == "Plant 7 <plant@company.example>"
    assert plant.server == GenericServer(host_name="127.0.0.1", smtp_port=2599, tls=False, auth_required=False)
    assert isinstance(shop.server, GenericServer)
    assert (shop.server.smtp_port, shop.server.tls, shop.server.user_name) == (2598, True, "shop@company.example")
    assert isinstance(office.server, GraphMailbox)
    assert (office.server.tenant_id, office.server.sign_in) == ("company.example", SignIn.APP_ONLY)


def test_its_master_password_opens_the_secrets_of_every_smtp(application: Application) -> None:
    profiles, vault = application.services.profiles, application.vault
    shop, office = profiles.by_name("Shop"), profiles.by_name("Office")
    with pytest.raises(VaultLocked):
        stored_secret(shop, SecretField.PASSWORD, vault, profiles.get)

    application.unlock(MASTER)

    assert stored_secret(shop, SecretField.PASSWORD, vault, profiles.get) == Secret("hunter-Kanari3")
    assert stored_secret(office, SecretField.CLIENT_SECRET, vault, profiles.get) == Secret("graph-Kanari3")


def test_activities_keep_their_templates_and_their_smtps(application: Application) -> None:
    plant, _, shop = application.services.profiles.all()
    nightly, weekly = application.services.activities.all()

    assert (nightly.name, nightly.smtp_id, nightly.backup_id) == ("Nightly", plant.id, shop.id)
    assert (nightly.subject, nightly.text, nightly.attachments) == (
        "Größe {{ size }}",
        "It has {{ size }}.",
        "/tmp/report.csv",
    )
    assert (weekly.name, weekly.smtp_id, weekly.html) == ("Weekly", shop.id, "<p>Week {{ n }}</p>")


def test_the_history_of_tests_is_there_and_counts_for_the_settings_as_stored(application: Application) -> None:
    plant, _, shop = application.services.profiles.all()
    (sent,), (failed,) = (application.services.tester.history_of(one.id, 5) for one in (plant, shop))

    assert (sent.test_kind, sent.ok, sent.is_of(plant)) == (TestKind.TEST, True, True)
    assert (failed.test_kind, failed.stage, failed.kind) == (TestKind.CHECK, Stage.CONNECT, FailureKind.REFUSED)


def test_messages_keep_their_states_and_those_that_wait_can_still_be_sent(application: Application) -> None:
    third, second, first = application.services.outbox.page(DeliveryFilter())
    by_id = {each.id: application.outbox_store.message(each.id) for each in (first, second, third)}

    assert [(one.id, one.state) for one in (first, second, third)] == [
        (1, DeliveryState.SENT),
        (2, DeliveryState.WAITING),
        (3, DeliveryState.WAITING),
    ]
    assert (second.activity_name, second.attempts) == ("Weekly", 1)
    assert [file.content for file in by_id[third.id].attachments] == [b"a,b\n"]
    assert (by_id[third.id].subject, by_id[third.id].text) == ("Größe 8", "It has 8.")
    assert by_id[second.id].html == "<p>Week 48</p>"
    assert application.services.outbox.cancel([second.id, third.id]) == 2


def test_attempts_keep_their_steps_and_transcripts(application: Application) -> None:
    (sent,), (failed,) = (application.services.outbox.attempts(DeliveryId(one)) for one in (1, 2))

    assert [step.stage for step in sent.timeline.steps][-1] is Stage.CONTENT
    assert "RCPT TO:<ops@company.example>" in [line.text for line in sent.timeline.transcript]
    assert failed.timeline.failure is not None
    assert (failed.timeline.failure.kind, failed.timeline.steps[1].status) == (FailureKind.REFUSED, StepStatus.FAILED)
