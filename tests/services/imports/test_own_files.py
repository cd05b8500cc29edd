"""Files of ours in the import: what is found in them, and what becomes of it."""

import pytest
from services.imports.own_files_harness import (
    NIGHTLY,
    PASSPHRASE,
    SHOP,
    OwnFilesHarness,
    plain,
    row_of,
    with_id,
    with_password,
)

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.errors import ChangedMeanwhile, FieldErrors, WrongPassphrase
from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.preview import ImportAction, ImportKind, ImportState
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import setting_values
from smtp_desktop.domain.smtp.profile import SecretField


@pytest.fixture
def harness():
    return OwnFilesHarness()


def states(preview):
    return [(row.name, row.state) for row in preview.rows]


def of_bytes(content, path="smtps.yaml"):
    return SourceFile(path=path, content=content)


@pytest.mark.parametrize(
    "content",
    [
        b"smtp_desktop: 1\nsmtps: []\n",
        b"# comment\r\n---\r\n'smtp_desktop': 1\r\n",
        b"smtps: []\n\nsmtp_desktop: 1\n",
        b'\xef\xbb\xbf{"smtps": [], "smtp_desktop": 1}',
        '{"smtp_desktop": 1}'.encode("utf-16"),
        b"{smtp_desktop: 1}\n",
    ],
)
def test_a_file_of_ours_is_known_by_its_version(harness, content):
    assert harness.own.recognizes(of_bytes(content))


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"smtps: []\n", b"services:\n  smtp_desktop: 1\n", b"SMTP_HOST=a\n", b"\x00\x01smtp_desktop: 1\n"],
)
def test_other_files_are_left_to_the_readers_of_formats(harness, content):
    assert not harness.own.recognizes(of_bytes(content))


def test_what_is_not_stored_is_new_or_needs_its_secret(harness):
    relay = {"name": "Relay", "host_name": "relay", "auth_required": False, "from_address": "a@company.example"}
    reference = {"password": {"env": "SHOP_PASSWORD"}}
    preview = harness.seen(plain(smtps=[relay, {**SHOP, **reference}], activities=[{**NIGHTLY, "smtp": "shop"}]))
    assert states(preview) == [
        ("Relay", ImportState.NEW),
        ("Shop", ImportState.NEEDS_PASSWORD),
        ("Nightly", ImportState.NEW),
    ]
    shop = row_of(preview, "Shop")
    assert (str(shop.reason), shop.needs_secret) == ("The file says {env: SHOP_PASSWORD}", True)
    assert row_of(preview, "Nightly").kind is ImportKind.ACTIVITY
    assert {source.format for source in preview.sources} == {ImportFormat.OWN}
    harness.imported(preview)
    assert harness.names == ["Relay", "Shop"]
    assert harness.secret_of(harness.profiles.by_name("Shop").id) is None
    (nightly,) = harness.setup.activities
    assert nightly.smtp_id == harness.profiles.by_name("Shop").id


def test_a_variable_that_the_file_names_is_not_read(harness, monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "not to be read")
    stored = harness.stored_shop()
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id, password={"env": "SHOP_PASSWORD"})]))
    assert states(preview) == [("Shop", ImportState.SAME)]
    preview = harness.seen(plain(smtps=[{**SHOP, "name": "Other", "password": {"env": "SHOP_PASSWORD"}}]))
    harness.imported(preview)
    assert [secret.reveal() for secret in harness.vault.secrets.values()] == ["stored"]


def test_an_id_finds_what_was_renamed_here(harness):
    stored = harness.stored_shop(name="Renamed", signature="Ann")
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id, smtp_port=465)]))
    row = row_of(preview, "Shop")
    assert (row.state, row.stored_name, row.differing) == (
        ImportState.CHANGED,
        "Renamed",
        ("name", "signature", "smtp_port"),
    )
    harness.imported(preview)
    (shop,) = harness.store.all()
    assert (shop.id, shop.name, shop.signature, shop.server.smtp_port) == (stored.id, "Shop", "", 465)
    assert (harness.secret_of(shop.id), shop.is_default) == ("stored", True)


def test_without_an_id_the_name_decides(harness):
    harness.stored_shop()
    assert states(harness.seen(plain(smtps=[{**SHOP, "name": "SHOP"}]))) == [("SHOP", ImportState.CHANGED)]
    assert states(harness.seen(plain(smtps=[SHOP]))) == [("Shop", ImportState.SAME)]


def test_another_one_of_that_name_is_a_conflict_that_the_user_settles(harness):
    harness.stored_shop()
    file = plain(
        smtps=[with_id(SHOP, "x", smtp_port=465)], activities=[with_id(NIGHTLY, "a", smtp="Shop")], default_smtp="Shop"
    )
    preview = harness.seen(file)
    row = row_of(preview, "Shop")
    assert (row.state, row.proposed, row.actions) == (
        ImportState.CONFLICTING,
        ImportAction.SKIP,
        (ImportAction.SKIP, ImportAction.UPDATE, ImportAction.KEEP_BOTH),
    )
    harness.imported(preview, Shop=ImportAction.KEEP_BOTH)
    assert [(one.name, one.id, one.is_default) for one in harness.store.all()] == [
        ("Shop", "p1", True),
        ("Shop_2", "x", False),
    ]
    assert [one.smtp_id for one in harness.setup.activities] == ["x"]


def test_of_a_conflict_that_is_skipped_the_activities_use_what_is_stored(harness):
    stored = harness.stored_shop()
    preview = harness.seen(plain(smtps=[with_id(SHOP, "x", smtp_port=465)], activities=[{**NIGHTLY, "smtp": "Shop"}]))
    harness.imported(preview)
    assert [one.smtp_id for one in harness.setup.activities] == [stored.id]


def test_a_conflict_that_only_differs_in_its_id_is_none(harness):
    harness.stored_shop()
    assert states(harness.seen(plain(smtps=[with_id(SHOP, "x")]))) == [("Shop", ImportState.SAME)]


def test_both_are_kept_under_an_id_of_its_own_where_that_of_the_file_is_taken(harness):
    stored = harness.stored_shop()
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id, smtp_port=465)]))
    harness.imported(preview, Shop=ImportAction.KEEP_BOTH)
    assert [one.name for one in harness.store.all()] == ["Shop", "Shop_2"]
    assert len({one.id for one in harness.store.all()}) == 2


def test_names_that_were_exchanged_here_are_exchanged_back(harness):
    one = harness.stored_shop(name="Two")
    two = harness.stored_shop(name="One", smtp_port="465")
    preview = harness.seen(
        plain(smtps=[with_id(SHOP, one.id, name="One"), with_id(SHOP, two.id, name="Two", smtp_port=465)])
    )
    assert {row.state for row in preview.rows} == {ImportState.CHANGED}
    harness.imported(preview)
    assert {each.id: each.name for each in harness.store.all()} == {one.id: "One", two.id: "Two"}


def test_an_update_keeps_its_name_where_another_one_has_that_of_the_file(harness):
    old = harness.stored_shop(name="Old")
    harness.stored_shop(name="Shop")
    preview = harness.seen(plain(smtps=[with_id(SHOP, old.id, smtp_port=465)]))
    (row,) = preview.rows
    assert (row.stored_name, row.differing, str(row.notes[-1])) == (
        "Old",
        ("smtp_port",),
        "The name Shop is taken here.",
    )
    harness.imported(preview)
    assert sorted(harness.names) == ["Old", "Shop"]


def test_a_sealed_file_brings_its_secrets(harness):
    file = harness.sealed(smtps=[with_password(with_id(SHOP, "x"), "from there")])
    preview = harness.seen(file, passphrase=PASSPHRASE)
    assert states(preview) == [("Shop", ImportState.NEW)]
    harness.imported(preview)
    assert harness.secret_of("x") == "from there"
    assert states(harness.seen(file, passphrase=PASSPHRASE)) == [("Shop", ImportState.SAME)]
    other = harness.sealed(smtps=[with_password(with_id(SHOP, "x"), "another")])
    preview = harness.seen(other, passphrase=PASSPHRASE)
    assert preview.rows[0].differing == ("password",)
    harness.imported(preview)
    assert (harness.secret_of("x"), len(harness.vault.secrets)) == ("another", 1)


def test_a_password_that_is_the_same_stays_with_its_smtp_at_another_host(harness):
    stored = harness.stored_shop()
    moved = with_password(with_id(SHOP, stored.id, host_name="new.company.example"), "stored")
    harness.imported(harness.seen(harness.sealed(smtps=[moved]), passphrase=PASSPHRASE))
    assert harness.secret_of(stored.id) == "stored"


def test_a_password_never_follows_to_another_host_by_itself(harness):
    stored = harness.stored_shop()
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id, host_name="new.company.example")]))
    assert (states(preview), str(preview.rows[0].notes[-1])) == (
        [("Shop", ImportState.CHANGED)],
        "The stored password is for another place.",
    )
    harness.imported(preview)
    assert (harness.secret_of(stored.id), harness.vault.secrets) == (None, {})


@pytest.mark.parametrize("passphrase", [None, Secret("another passphrase")])
def test_a_sealed_file_needs_its_passphrase(harness, passphrase):
    file = harness.sealed(smtps=[with_password(SHOP, "hunter2")])
    with pytest.raises(WrongPassphrase, match="move"):
        harness.seen(file, passphrase=passphrase)
    assert (harness.names, harness.backups) == ([], [])


def test_a_sealed_file_that_is_damaged_or_newer_is_named(harness):
    whole = harness.sealed(smtps=[SHOP]).content
    preview = harness.seen(of_bytes(whole[:-70], "cut"), passphrase=PASSPHRASE)
    assert [(row.file, row.state, row.actions) for row in preview.rows] == [("cut", ImportState.UNREADABLE, ())]
    assert "damaged" in str(preview.rows[0].reason)


def test_a_secret_in_a_plain_file_is_refused_and_not_repeated(harness):
    content = b"smtp_desktop: 1\nsmtps:\n  - name: Shop\n    host_name: a\n    password: {value: hunter2}\n"
    (row,) = harness.seen(of_bytes(content)).rows
    assert (row.state, row.line) == (ImportState.UNREADABLE, 5)
    assert ("must not contain secrets" in str(row.reason), "hunter2" in str(row.reason)) == (True, False)


def test_a_newer_version_is_refused(harness):
    (row,) = harness.seen(plain(smtp_desktop=2, smtps=[SHOP])).rows
    assert (row.state, "version 1" in str(row.reason)) == (ImportState.UNREADABLE, True)


def test_what_can_be_no_smtp_costs_no_other(harness):
    preview = harness.seen(plain(smtps=[{**SHOP, "smtp_port": 0}, {**SHOP, "name": "Good"}]))
    assert states(preview) == [("Shop", ImportState.UNREADABLE), ("Good", ImportState.NEEDS_PASSWORD)]
    assert str(preview.rows[0].reason).startswith("smtp_port: ")
    harness.imported(preview)
    assert harness.names == ["Good"]


def test_an_activity_is_found_by_its_id_and_shows_what_differs(harness):
    stored = harness.stored_shop()
    old = Activity(id=ActivityId("a"), name="Old", smtp_id=stored.id, to="ops@company.example", subject="Report")
    harness.store_activity(old)
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id)], activities=[with_id(NIGHTLY, "a", smtp="Shop")]))
    row = row_of(preview, "Nightly")
    assert (row.state, row.stored_name, row.differing) == (ImportState.CHANGED, "Old", ("name", "text"))
    harness.imported(preview)
    (nightly,) = harness.setup.activities
    assert (nightly.id, nightly.name, nightly.text, nightly.smtp_id) == ("a", "Nightly", "Hello", stored.id)
    assert {row.state for row in harness.seen(plain(activities=[with_id(NIGHTLY, "a", smtp="Shop")])).rows} == {
        ImportState.SAME
    }


def test_an_activity_needs_an_smtp_that_there_is(harness):
    (row,) = harness.seen(plain(activities=[{**NIGHTLY, "smtp": "None"}])).rows
    assert (row.state, str(row.reason)) == (ImportState.UNREADABLE, "There is no SMTP named None.")
    preview = harness.seen(plain(smtps=[SHOP], activities=[{**NIGHTLY, "smtp": "Shop"}]))
    with pytest.raises(FieldErrors, match="Nightly needs the SMTP Shop"):
        harness.imported(preview, Shop=ImportAction.SKIP)
    assert (harness.names, harness.setup.activities) == ([], ())


def test_an_activity_of_what_can_be_no_smtp_is_none(harness):
    smtps = [{**SHOP, "smtp_port": 0}, {**SHOP, "name": "Good"}]
    preview = harness.seen(plain(smtps=smtps, activities=[{**NIGHTLY, "smtp": "Shop"}]))
    assert row_of(preview, "Nightly").state is ImportState.UNREADABLE
    harness.imported(preview)
    assert harness.names == ["Good"]


@pytest.mark.parametrize("one", ["x", None])
def test_two_files_may_have_the_same_ones(harness, one):
    """A folder has the exports of several days, for example."""
    shop, nightly = ({**what, "id": one} for what in (SHOP, {**NIGHTLY, "smtp": "Shop"}))
    before = plain("a.json", smtps=[shop], activities=[nightly])
    after = plain("b.json", smtps=[{**shop, "smtp_port": 465}], activities=[{**nightly, "text": "Later"}])
    harness.imported(harness.seen(before, after))
    assert [(each.name, each.server.smtp_port) for each in harness.store.all()] == [("Shop", 465)]
    assert [(each.name, each.text) for each in harness.setup.activities] == [("Nightly", "Later")]


def test_the_secret_of_the_later_file_counts(harness):
    files = [harness.sealed(smtps=[with_password(with_id(SHOP, "x"), word)]) for word in ("first", "second")]
    named = [SourceFile(path=f"{number}", content=file.content) for number, file in enumerate(files)]
    harness.imported(harness.seen(*named, passphrase=PASSPHRASE))
    assert (harness.secret_of("x"), len(harness.vault.secrets)) == ("second", 1)


def test_a_renamed_smtp_that_is_skipped_is_still_the_one_of_its_activities(harness):
    stored = harness.stored_shop(name="Renamed")
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id)], activities=[{**NIGHTLY, "smtp": "Shop"}]))
    harness.imported(preview, Shop=ImportAction.SKIP)
    assert [one.smtp_id for one in harness.setup.activities] == [stored.id]


def test_the_default_is_that_of_the_file_only_where_there_is_none(harness):
    relay = {**SHOP, "name": "Relay"}
    harness.imported(harness.seen(plain(smtps=[SHOP, relay], default_smtp="relay")))
    assert [(one.name, one.is_default) for one in harness.store.all()] == [("Relay", True), ("Shop", False)]
    harness.imported(harness.seen(plain(smtps=[{**SHOP, "name": "Third"}], default_smtp="Third")))
    assert [one.name for one in harness.store.all() if one.is_default] == ["Relay"]


def test_settings_are_proposed_where_nothing_is_stored_yet(harness):
    file = plain(smtps=[SHOP], settings={"retry_days": 3, "notify": True})
    preview = harness.seen(file)
    row = row_of(preview, "settings")
    assert (row.kind, row.proposed, row.differing[:1]) == (ImportKind.SETTINGS, ImportAction.UPDATE, ("retry_days",))
    harness.imported(preview)
    assert setting_values(harness.setup.preferences)["retry_days"] == 3
    assert row_of(harness.seen(file), "settings").state is ImportState.SAME
    other = harness.seen(plain(settings={"retry_days": 4}))
    assert row_of(other, "settings").proposed is ImportAction.SKIP
    harness.imported(other, settings=ImportAction.UPDATE)
    assert setting_values(harness.setup.preferences)["retry_days"] == 4


def test_who_signed_in_has_to_do_so_again(harness):
    browser = {**SHOP, "host_name": "smtp.gmail.com", "sign_in": "browser", "client_id": "id"}
    (row,) = harness.seen(plain(smtps=[browser])).rows
    assert (row.state, [str(note) for note in row.notes]) == (
        ImportState.NEW,
        ["Sign in again: no file has sign-ins."],
    )


def test_a_client_secret_that_is_elsewhere_is_missed_when_it_is_needed(harness):
    browser = {**SHOP, "host_name": "smtp.gmail.com", "sign_in": "browser", "client_id": "id"}
    preview = harness.seen(plain(smtps=[{**browser, "client_secret": {"env": "X"}}]))
    assert "The file says {env: X}" in [str(note) for note in preview.rows[0].notes]
    harness.imported(preview)
    (shop,) = harness.store.all()
    ref = shop.secret_refs[SecretField.CLIENT_SECRET]
    assert harness.vault.get(ref) is None


def test_what_was_deleted_since_the_look_stops_the_import(harness):
    stored = harness.stored_shop()
    preview = harness.seen(plain(smtps=[with_id(SHOP, stored.id, smtp_port=465)]))
    harness.profiles.delete(stored.id)
    with pytest.raises(ChangedMeanwhile):
        harness.imported(preview)
    assert harness.names == []


def test_a_certificate_that_is_none_is_left_out(harness):
    app = {
        **SHOP,
        "type": "graph",
        "sign_in": "app-only",
        "tenant_id": "company.example",
        "client_id": "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20",
        "certificate": {"value": Secret("none")},
    }
    app.pop("host_name")
    (row,) = harness.seen(harness.sealed(smtps=[app]), passphrase=PASSPHRASE).rows
    assert (row.state, str(row.notes[0])) == (
        ImportState.NEEDS_PASSWORD,
        "The certificate is left out: There is no key and certificate.",
    )


def test_rows_are_numbered_on_over_several_files(harness):
    preview = harness.seen(plain("a.json", smtps=[SHOP]), plain("b.json", smtps=[{**SHOP, "name": "Other"}]))
    assert [(row.number, row.file) for row in preview.rows] == [(0, "a.json"), (1, "b.json")]
