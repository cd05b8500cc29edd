from dataclasses import replace

import pytest
from services.imports.imports_harness import ImportsHarness, files, found, unreadable

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, ChangedMeanwhile, StoreError, VaultError, VaultLocked
from smtp_desktop.domain.events import ProfileSaved, SetupChanged
from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice, ImportState
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileType, SignIn

IMPORT, SKIP, UPDATE, KEEP_BOTH = ImportAction.IMPORT, ImportAction.SKIP, ImportAction.UPDATE, ImportAction.KEEP_BOTH


@pytest.fixture
def harness():
    return ImportsHarness()


class TestLooking:
    def test_stores_nothing(self, harness):
        harness.look(found(), unreadable("No port."))
        assert harness.names == []
        assert harness.vault.secrets == {}
        assert harness.backups == []
        assert harness.events.published == []

    def test_says_of_each_finding_how_it_stands_to_what_is_stored(self, harness):
        harness.stored()
        preview = harness.look(
            found(password="stored", line=1),
            found("smtp.other.example", line=2),
            found("mask.example", password=None, line=3),
            unreadable("“5B7” is not a port number.", line=4),
        )
        assert [(row.number, row.state, row.name, str(row.reason or "")) for row in preview.rows] == [
            (0, ImportState.EXISTS, "Shop", "Nothing differs"),
            (1, ImportState.NEW, "Shop_2", ""),
            (2, ImportState.NEEDS_PASSWORD, "Shop_3", "The file says ${SMTP_PASS}"),
            (3, ImportState.UNREADABLE, "", "“5B7” is not a port number."),
        ]
        assert [row.actions[:1] for row in preview.rows] == [(SKIP,), (IMPORT,), (IMPORT,), ()]

    @pytest.mark.parametrize(
        ("host", "stored_host"),
        [("SMTP.Company.Example.", "smtp.company.example"), ("bücher.example", "xn--bcher-kva.example")],
    )
    def test_finds_the_same_host_however_it_is_written(self, harness, host, stored_host):
        harness.stored(host_name=stored_host)
        (row,) = harness.look(found(host, "SHOP@company.example")).rows
        assert (row.state, row.stored_name) == (ImportState.EXISTS, "Shop")

    @pytest.mark.parametrize("other", [{"port": 465}, {"user": "hr@company.example"}, {"user": ""}], ids=str)
    def test_another_port_or_user_is_another_smtp(self, harness, other):
        harness.stored()
        (row,) = harness.look(found(**other, from_address="a@b.example")).rows
        assert row.state is ImportState.NEW

    def test_a_different_password_is_named(self, harness):
        harness.stored()
        (row,) = harness.look(found()).rows
        assert (row.differing, str(row.reason)) == (("password",), "Other password in the file")
        assert row.proposed is UPDATE

    def test_a_password_that_can_not_be_compared_counts_as_different(self, harness):
        harness.stored()
        harness.vault.locked = True
        preview = harness.look(found(password="stored"))
        (row,) = preview.rows
        assert (row.differing, preview.uncompared) == (("password",), True)
        assert str(row.reason) == "The stored password can't be compared: it is locked"

    def test_only_what_the_file_says_can_differ(self, harness):
        harness.stored(from_address="jobs@company.example", tls=False)
        (row,) = harness.look(found(password=None)).rows
        assert (row.differing, row.proposed) == ((), SKIP)

    def test_the_same_smtp_twice_in_the_files_is_one(self, harness):
        rows = harness.look(found(line=3), found("SMTP.company.example", line=9)).rows
        assert [(row.state, row.same_as, row.proposed) for row in rows] == [
            (ImportState.NEW, None, IMPORT),
            (ImportState.EXISTS, 0, SKIP),
        ]
        assert str(rows[1].reason) == "The same as in a, line 3"

    def test_a_second_one_that_has_the_password_adds_it(self, harness):
        preview = harness.look(found(password=None, name="Relay"), found(line=2))
        assert [row.proposed for row in preview.rows] == [IMPORT, UPDATE]
        harness.run(preview)
        assert harness.names == ["Relay"]
        assert harness.password_of("Relay") == "from the file"

    def test_a_from_address_that_is_none_is_left_out_and_said(self, harness):
        (row,) = harness.look(found(from_address="root")).rows
        assert (row.state, row.draft.from_address) == (ImportState.NEW, "")
        assert str(row.notes[0]).startswith("from address is left out: This is not an email address.")

    def test_a_missing_from_address_is_said(self, harness):
        (row,) = harness.look(found(user="apikey")).rows
        assert (row.state, str(row.reason), row.needs_secret) == (ImportState.NEW, "Needs a From Address", False)

    def test_what_can_be_no_smtp_is_not_read(self, harness):
        (row,) = harness.look(found(user="a\x07b")).rows
        assert (row.state, row.actions) == (ImportState.UNREADABLE, ())

    def test_rows_stand_in_the_order_of_files_and_lines(self, harness):
        imports = harness.imports(b=[found("b.example")], a=[unreadable("x", 9), found("a.example", line=2)])
        assert [(row.file, row.line) for row in imports.look(files("b", "a")).rows] == [("b", 1), ("a", 2), ("a", 9)]


class TestImporting:
    def test_creates_smtps_with_their_secrets_after_a_backup(self, harness):
        outcome = harness.run(harness.look(found(), found("other.example", name="Other", line=2)))
        assert harness.names == ["Shop", "Other"]
        assert harness.password_of("Shop") == "from the file"
        assert harness.backups == [(BackupReason.IMPORT, 0)]
        assert outcome.default == "Shop"
        assert harness.events.published == [SetupChanged()]
        assert not harness.store.stale

    def test_the_first_becomes_the_default_only_where_there_is_none(self, harness):
        harness.stored(name="Old", host_name="old.example")
        outcome = harness.run(harness.look(found()))
        assert (harness.names, outcome.default) == (["Old", "Shop"], "")

    def test_nothing_chosen_changes_nothing(self, harness):
        outcome = harness.run(harness.look(found()), SKIP)
        assert (outcome.rows, harness.names, harness.backups) == ((), [], [])

    def test_one_without_its_password_is_stored_and_says_so(self, harness):
        (row,) = harness.run(harness.look(found(password=None))).rows
        assert row.missing == ("password",)
        assert harness.password_of("Shop") is None

    def test_a_password_that_was_entered_is_stored(self, harness):
        preview = harness.look(found(password=None))
        choice = ImportChoice(action=IMPORT, password=Secret("typed"))
        harness.imports().run(preview, {0: choice})
        assert harness.password_of("Shop") == "typed"

    def test_an_update_changes_only_what_the_file_says(self, harness):
        before = harness.stored(
            from_address="jobs@company.example", signature="Ann", description="Mine", tags="hr", per_day="9"
        )
        harness.run(harness.look(found(tls=False)), UPDATE)
        after = harness.profiles.get(before.id)
        assert (after.name, after.from_address, after.signature, after.tags) == (
            "Shop",
            "jobs@company.example",
            "Ann",
            ("hr",),
        )
        assert (after.limits.per_day, after.server.tls, after.is_default) == (9, False, True)
        assert harness.password_of("Shop") == "from the file"
        assert [secret.reveal() for secret in harness.vault.secrets.values()] == ["from the file"]

    def test_an_update_keeps_a_secret_that_the_file_does_not_have(self, harness):
        harness.stored()
        harness.run(harness.look(found(password=None, from_address="new@company.example")), UPDATE)
        assert harness.password_of("Shop") == "stored"
        assert harness.profiles.by_name("Shop").from_address == "new@company.example"

    def test_an_update_of_a_sign_in_by_browser_brings_no_password(self, harness):
        harness.stored(password=None, sign_in=SignIn.BROWSER, issuer="https://login.example", client_id="x")
        harness.run(harness.look(found()), UPDATE)
        assert harness.password_of("Shop") is None
        assert harness.vault.secrets == {}

    def test_the_same_password_is_not_stored_again(self, harness):
        before = harness.stored()
        harness.run(harness.look(found(password="stored", from_address="x@y.example")), UPDATE)
        assert harness.profiles.get(before.id).secret_refs == before.secret_refs

    def test_keeping_both_names_the_second_one_anew(self, harness):
        harness.stored()
        harness.run(harness.look(found()), KEEP_BOTH)
        assert harness.names == ["Shop", "Shop_2"]
        assert [harness.password_of(name) for name in harness.names] == ["stored", "from the file"]

    def test_a_mailbox_is_imported(self, harness):
        guid = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
        harness.run(
            harness.look(
                found(
                    host="",
                    password=None,
                    type=ProfileType.GRAPH,
                    tenant_id=guid,
                    client_id=guid,
                    sign_in=SignIn.APP_ONLY,
                    client_secret=Secret("app"),
                )
            )
        )
        assert harness.profiles.by_name("Shop").type is ProfileType.GRAPH
        assert [one.reveal() for one in harness.vault.secrets.values()] == ["app"]

    def test_tags_are_added(self, harness):
        harness.stored(tags="hr")
        preview = harness.look(found(from_address="x@y.example"), found("other.example", name="Other", line=2))
        harness.imports().run(preview, preview.proposed(), tags=["Imported"])
        assert [one.tags for one in harness.store.all()] == [("hr", "imported"), ("imported",)]


class TestFailures:
    def test_a_second_import_of_the_same_files_makes_nothing_twice(self, harness):
        first, second = harness.look(found()), harness.look(found())
        harness.run(first)
        with pytest.raises(ChangedMeanwhile):
            harness.run(second)
        assert harness.names == ["Shop"]
        assert len(harness.vault.secrets) == 1

    def test_a_password_never_goes_to_another_host(self, harness):
        stored = harness.stored()
        preview = harness.look(found())
        moved = harness.profiles.get(stored.id)

        harness.store.change(
            stored.id, lambda _: replace(moved, server=replace(moved.server, host_name="evil.example"))
        )
        with pytest.raises(ChangedMeanwhile):
            harness.run(preview, UPDATE)
        assert harness.password_of("Shop") == "stored"

    @pytest.mark.parametrize("failure", [StoreError(msg("x")), ChangedMeanwhile(msg("x"))], ids=repr)
    def test_what_fails_leaves_no_secret(self, harness, failure):
        preview = harness.look(found())
        harness._back_up = lambda _: (_ for _ in ()).throw(failure)
        with pytest.raises(type(failure)):
            harness.run(preview)
        assert (harness.names, harness.vault.secrets, harness.store.stale) == ([], {}, set())

    def test_a_vault_that_fails_at_the_second_secret_leaves_none(self, harness):
        preview = harness.look(found(), found("other.example", name="Other", line=2))
        puts = []

        class _Full(type(harness.vault)):
            def put(self, ref, secret):
                puts.append(ref)
                if len(puts) == 2:
                    raise VaultError(msg("full"))
                super().put(ref, secret)

        harness.vault.__class__ = _Full
        with pytest.raises(VaultError):
            harness.run(preview)
        assert (harness.names, harness.vault.secrets, harness.backups) == ([], {}, [])

    def test_a_locked_vault_is_asked_for_before_anything_is_done(self, harness):
        preview = harness.look(found())
        harness.vault.locked = True
        with pytest.raises(VaultLocked):
            harness.run(preview)
        assert (harness.names, harness.backups, harness.store.stale) == ([], [], set())

    def test_smtps_without_secrets_need_no_vault(self, harness):
        harness.vault.locked = True
        harness.run(harness.look(found(user="", from_address="a@b.example"), found("x.example", password=None)))
        assert len(harness.names) == 2

    def test_a_canceled_import_leaves_nothing(self, harness):
        cancel = Cancel()
        cancel.request()
        preview = harness.look(found())
        with pytest.raises(Cancelled):
            harness.imports().run(preview, preview.proposed(), cancel)
        assert (harness.names, harness.vault.secrets, harness.backups) == ([], {}, [])

    def test_events_come_only_of_what_happened(self, harness):
        harness.stored()
        assert [type(one) for one in harness.events.published] == [ProfileSaved]
