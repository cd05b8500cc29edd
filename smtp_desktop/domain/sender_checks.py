"""Whether the sender's domain may be looked up in DNS: some networks watch it."""

from collections.abc import Mapping

SENDER_CHECKS_KEY = "checks.sender_domain"
"""The preference that holds it."""
ON, OFF = "on", "off"


def sender_checks_wanted(kept: Mapping[str, str]) -> bool:
    """Returns what the preferences say; it is wanted unless it was switched off."""
    return kept.get(SENDER_CHECKS_KEY) != OFF
