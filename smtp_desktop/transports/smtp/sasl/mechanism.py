"""The SASL mechanisms that are implemented here."""

from enum import StrEnum


class Mechanism(StrEnum):
    """A SASL mechanism, by its registered name."""

    SCRAM_SHA_256_PLUS = "SCRAM-SHA-256-PLUS"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"
    LOGIN = "LOGIN"
    CRAM_MD5 = "CRAM-MD5"
    XOAUTH2 = "XOAUTH2"
    OAUTHBEARER = "OAUTHBEARER"


SCRAM = (Mechanism.SCRAM_SHA_256_PLUS, Mechanism.SCRAM_SHA_256)
"""Those that never show the password to the server, the preferred one first."""

BY_PASSWORD = (
    *SCRAM,
    Mechanism.PLAIN,
    Mechanism.LOGIN,
    Mechanism.CRAM_MD5,  # last: it makes the server keep the password readable
)
"""Those for a password, the preferred one first."""

BY_TOKEN = (Mechanism.XOAUTH2, Mechanism.OAUTHBEARER)
"""Those for an access token; the first is the one that providers document."""
