"""A change of fields of several SMTPs."""

from dataclasses import replace

import pytest
from services.profiles_harness import SHOP, ProfilesHarness, edit

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import FieldErrors, VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.edit import ProfileChanged
from smtp_desktop.domain.smtp.selection import FieldChange
from smtp_desktop.services.bulk_edit import BulkEdit


@pytest.fixture
def harness():
    return ProfilesHarness()


def run(harness, seen, change, stop=None):
    ends = []
    service = BulkEdit(harness.profiles)
    service.run(seen, change, stop=stop or Cancel(), on_end=lambda one, error: ends.append(type(error)))
    return ends


def test_each_is_changed_and_what_others_changed_as_well_stops_that_one_alone(harness):
    one, two, three = (harness.saved(replace(SHOP, name=name)) for name in ("One", "Two", "Three"))
    harness.profiles.save(two.id, edit(two, smtp_port="2525"))
    harness.profiles.save(three.id, edit(three, signature="Bob"))
    ends = run(harness, [one, two, three], FieldChange(values={"smtp_port": "465"}))
    assert ends == [type(None), ProfileChanged, type(None)]
    assert [harness.store.get(each.id).server.smtp_port for each in (one, two, three)] == [465, 2525, 465]
    assert harness.store.get(three.id).signature == "Bob"


def test_another_host_needs_a_password_of_its_own(harness):
    one = harness.saved(SHOP)
    assert run(harness, [one], FieldChange(values={"host_name": "new.example"})) == [FieldErrors]
    change = FieldChange(values={"host_name": "new.example"}, password=Secret("its own"))
    assert run(harness, [one], change) == [type(None)]
    assert list(harness.kept().values()) == ["its own"]


def test_a_locked_vault_stops_all_and_a_stop_the_rest(harness):
    one, two = (harness.saved(replace(SHOP, name=name)) for name in ("One", "Two"))
    stop = Cancel()
    stop.request()
    assert run(harness, [one, two], FieldChange(values={"smtp_port": "465"}), stop) == []
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        run(harness, [one], FieldChange(values={"host_name": "new.example"}, password=Secret("x")))
