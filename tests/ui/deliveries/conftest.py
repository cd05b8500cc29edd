"""What lies in the outbox before the page of deliveries is looked at."""

from datetime import timedelta
from typing import Any

import pytest
from ui.outbox_driver import TRY_LATER, OutboxDriver, accepted, refused

from smtp_desktop.domain.delivery.delivery import DeliveryState


@pytest.fixture
def outbox(gui: Any) -> OutboxDriver:
    """Stores a default SMTP."""
    gui.relay = gui.have("Relay", is_default=True)
    return OutboxDriver(gui)


@pytest.fixture
def mixed(gui: Any, outbox: OutboxDriver) -> OutboxDriver:
    """Opens the page on one mail of each kind."""
    gui.backup = gui.have("Backup")
    outbox.tried(outbox.have("Gone"), DeliveryState.SENT, accepted())
    outbox.tried(outbox.have("Partly", "a@x.example", "b@x.example"), DeliveryState.SENT, accepted())
    partly = outbox.have("Half", "a@x.example", "b@x.example")
    outbox.tried(partly, DeliveryState.SENT, accepted(), recipients={"b@x.example": DeliveryState.REFUSED})
    outbox.tried(
        outbox.have("Detour", smtp_id=gui.relay, backup_id=gui.backup),
        DeliveryState.SENT,
        accepted(),
        smtp="Backup",
        by_backup=True,
    )
    outbox.tried(outbox.have("No", "nobody@x.example"), DeliveryState.REFUSED, refused())
    outbox.tried(outbox.have("Later"), DeliveryState.WAITING, refused(TRY_LATER), next_try=timedelta(minutes=5))
    outbox.tried(outbox.have("Lost"), DeliveryState.UNKNOWN, refused(), may_be_twice=True)
    outbox.have("New", activity_name="Nightly")
    gui.open()
    outbox.open_page()
    gui.until(lambda: len(outbox.subjects()) == 8)
    return outbox
