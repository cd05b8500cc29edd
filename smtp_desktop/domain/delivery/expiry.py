"""Expiry: mails that are too old to be sent."""

from collections.abc import Iterable
from dataclasses import replace

from smtp_desktop.domain.delivery.delivery import DeliveryState, RecipientState


def too_old(recipient: RecipientState) -> RecipientState:
    """Returns how far a mail is for a recipient that it is too old for."""
    if recipient.state is not DeliveryState.WAITING:
        return recipient
    reply = f"Too old to be tried again. The last answer: {recipient.reply}" if recipient.reply else ""
    return replace(recipient, state=DeliveryState.EXPIRED, reply=reply)


def state_when_too_old(state: DeliveryState, recipients: Iterable[RecipientState]) -> DeliveryState:
    """Returns the state of a mail in `state` that is not sent any more to those `recipients` who wait."""
    states = {recipient.state for recipient in recipients}
    if state is DeliveryState.UNKNOWN or DeliveryState.UNKNOWN in states:
        return DeliveryState.UNKNOWN
    return DeliveryState.SENT if DeliveryState.SENT in states else DeliveryState.EXPIRED
