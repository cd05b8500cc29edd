"""What the store was loaded with before its event arrived changes no card a second time."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_snapshot import SmtpSnapshot

RELAY = SmtpProfile(id=ProfileId("relay"), name="Relay", server=GenericServer(host_name="mail.example"), version=3)


@pytest.fixture
def cards() -> SmtpCards:
    made = SmtpCards(lambda: datetime(2026, 11, 23, 12, tzinfo=UTC), authority_of=lambda _: None)
    made.load(SmtpSnapshot({RELAY.id: RELAY}, {}, {}))
    return made


def test_a_saved_smtp_that_is_shown_already(cards, qtbot):
    with qtbot.assertNotEmitted(cards.profiles_changed):
        cards.put(RELAY)


@pytest.mark.parametrize("change", [{"name": "Other"}, {"version": 4}])
def test_one_that_was_changed_since_is_shown(cards, qtbot, change):
    with qtbot.waitSignal(cards.profiles_changed):
        cards.put(replace(RELAY, **change))


def test_a_deleted_smtp_that_is_gone_already(cards, qtbot):
    cards.remove(RELAY.id, None)
    with qtbot.assertNotEmitted(cards.profiles_changed):
        cards.remove(RELAY.id, None)
