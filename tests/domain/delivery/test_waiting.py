"""What keeps a waiting mail back."""

from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.smtp.profile import ProfileId

OWN, BACKUP, DEFAULT = ProfileId("own"), ProfileId("backup"), ProfileId("default")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def holds(**states):
    return {
        ProfileId(name): SmtpHold(profile_id=ProfileId(name), state=state, since=NOW) for name, state in states.items()
    }


def held_by(present, **values):
    delivery = Delivery(
        **{
            "id": DeliveryId(1),
            "created_at": NOW,
            "state": DeliveryState.WAITING,
            "subject": "",
            "recipients": (),
            "message_id": "",
            "size_bytes": 1,
            "smtp_id": OWN,
        }
        | values
    )
    found = hold_on(delivery, present, DEFAULT)
    return found.profile_id if found else None


@pytest.mark.parametrize("state", [HoldState.HELD, HoldState.PAUSED, HoldState.PROBING, HoldState.LIMITED])
def test_a_mail_waits_for_its_own_smtp(state):
    assert held_by(holds(own=state)) == OWN
    assert held_by(holds(default=state)) is None
    assert held_by(holds(default=state), smtp_id=None) == DEFAULT


def test_one_that_is_only_slowed_keeps_nothing_back():
    assert held_by(holds(own=HoldState.SLOWED)) is None
    assert held_by(holds(own=HoldState.HELD, backup=HoldState.SLOWED), backup_id=BACKUP) is None


@pytest.mark.parametrize("state", [HoldState.HELD, HoldState.PAUSED, HoldState.PROBING])
def test_a_backup_takes_over_unless_it_is_stopped_as_well(state):
    assert held_by(holds(own=state), backup_id=BACKUP) is None
    assert held_by(holds(own=state, backup=HoldState.PAUSED), backup_id=BACKUP) == OWN
    assert held_by(holds(own=state, backup=HoldState.LIMITED), backup_id=BACKUP) == BACKUP


def test_no_backup_takes_what_waits_for_a_limit_or_may_have_been_sent():
    assert held_by(holds(own=HoldState.LIMITED), backup_id=BACKUP) == OWN
    assert held_by(holds(own=HoldState.HELD), backup_id=BACKUP, unknown_tries=1) == OWN


@pytest.mark.parametrize("state", [state for state in DeliveryState if state is not DeliveryState.WAITING])
def test_what_does_not_wait_waits_for_nothing(state):
    assert held_by(holds(own=HoldState.HELD), state=state) is None
