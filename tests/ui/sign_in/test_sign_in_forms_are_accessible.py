"""The forms of SMTPs that sign in without a password, as screen readers and fingers find them."""

import pytest
from ui.accessibility.accessible_tree import faults_of, too_small
from ui.sign_in.sign_in_tour import sign_in_forms

pytestmark = pytest.mark.long


def test_every_form_has_names_and_room_for_a_finger(gui):
    gui.open()
    faults = []
    for name in sign_in_forms(gui):
        for _ in range(3):
            gui.app.processEvents()  # what was shown just now is laid out
        faults += [f"{name}: {fault}" for fault in (*faults_of(gui.panel), *too_small(gui.panel))]
    assert faults == []
