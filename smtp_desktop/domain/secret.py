"""Passwords and client secrets that never show their value."""

import re
from typing import NewType, NoReturn

SecretRef = NewType("SecretRef", str)
"""Where a vault keeps one secret, as in `keyring:…` or `file:…`; not itself secret."""

# Google and Yahoo show an app password as four groups of four letters; the blanks (Google's page
# copies them as U+00A0) are not part of it.
_APP_PASSWORD = r"\s*([a-z]{4})[ \u00a0]([a-z]{4})[ \u00a0]([a-z]{4})[ \u00a0]([a-z]{4})\s*"  # noqa: S105 - a pattern

REDACTED = "••••"


class Secret:
    """A password or a client secret; prints as ••••. Revealed only in `vault` and `transports`, by `formats.writing`
    where a file with passwords was asked for, by the servers of `local_inbox`, where tokens become one secret
    (`domain.sign_in.tokens`), for the pipe through which the window hands the master password to its own processes, and
    in the field into which it was pasted."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def typed(cls, value: str) -> "Secret":
        """Returns the secret that the user meant by typing `value`: white space is kept, except in an app password that
        was pasted as four groups of four letters."""
        groups = re.fullmatch(_APP_PASSWORD, value)
        return cls("".join(groups.groups()) if groups else value)

    def reveal(self) -> str:
        """Returns the value. See above who may."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        # A constant: a hash of the value would leak something about it.
        return hash(Secret)

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __str__(self) -> str:
        return REDACTED

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never pickled")
