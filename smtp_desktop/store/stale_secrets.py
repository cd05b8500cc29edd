"""The places of secrets that nothing names any more, and those that are announced: to be named soon."""

import sqlite3
from collections.abc import Set

from smtp_desktop.domain.errors import ChangedMeanwhile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import SecretField

_REFS = ", ".join(f"{field}_ref" for field in SecretField)
_MAKE_STALE = f"""
INSERT OR IGNORE INTO stale_secret (ref)
SELECT :ref WHERE NOT EXISTS (SELECT 1 FROM smtp WHERE :ref IN ({_REFS}))
"""  # noqa: S608 - of the program's own names
_USABLE = """
SELECT 1 FROM stale_secret WHERE ref = :ref AND announced_at IS NOT NULL
UNION ALL SELECT 1 FROM kept_secret WHERE ref = :ref
"""


def refuse_lost_secrets(connection: sqlite3.Connection, *, before: Set[SecretRef], after: Set[SecretRef]) -> None:
    """Raises ChangedMeanwhile where a secret may be erased already that is to be used from now on."""
    for ref in after - before:
        if not connection.execute(_USABLE, {"ref": ref}).fetchone():
            raise ChangedMeanwhile(
                msg("Saving took too long, and the secret was erased again. Enter it again and save.")
            )


def mark_stale_secrets(connection: sqlite3.Connection, *, before: Set[SecretRef], after: Set[SecretRef]) -> None:
    """Makes the places stale that were used before and are not now, and those that are used now no longer stale."""
    for ref in before - after:
        connection.execute(_MAKE_STALE, {"ref": ref})
    connection.executemany("DELETE FROM stale_secret WHERE ref = ?", [[ref] for ref in after])
