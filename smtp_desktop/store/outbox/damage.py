"""Rows of deliveries that the table's own rules forbid, as only damage leaves them: any change to one fails, and so
does all that is done in the same transaction. Names of SMTPs and activities that do not exist, and may not even be
readable, count as such."""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from smtp_desktop.domain.errors import StoreDamaged
from smtp_desktop.store.outbox.rows import is_undecodable

_SET_RIGHT = """
UPDATE delivery SET
    state = 'unknown', next_try_at = NULL, finished_at = created_at, courier = NULL, lease_ends_at = NULL,
    data_started = 0, data_started_through = NULL, may_be_twice = 1, by_backup = by_backup <> 0,
    last_reply = 'The record of this mail in the outbox is damaged.',
    activity_id = (SELECT id FROM activity WHERE id = activity_id),
    smtp_id = (SELECT id FROM smtp WHERE id = smtp_id), backup_id = (SELECT id FROM smtp WHERE id = backup_id)
WHERE NOT (
    (next_try_at IS NULL) = (finished_at IS NOT NULL)
    AND CASE
        WHEN state IN ('waiting', 'sending') THEN next_try_at IS NOT NULL
        WHEN state IN ('sent', 'refused', 'cancelled', 'expired') THEN next_try_at IS NULL
        ELSE state = 'unknown'
    END
    AND (state = 'sending') = (courier IS NOT NULL) AND (courier IS NULL) = (lease_ends_at IS NULL)
    AND (courier IS NOT NULL OR data_started = 0)
    AND data_started IN (0, 1) AND by_backup IN (0, 1) AND may_be_twice IN (0, 1)
    AND (activity_id IS NULL OR activity_id IN (SELECT id FROM activity))
    AND (smtp_id IS NULL OR smtp_id IN (SELECT id FROM smtp))
    AND (backup_id IS NULL OR backup_id IN (SELECT id FROM smtp))
)
"""


def set_right(connection: sqlite3.Connection) -> int:
    """Ends all such deliveries, as nobody knows what became of them; returns how many. Runs in a write transaction."""
    return connection.execute(_SET_RIGHT).rowcount


class _Store(Protocol):
    def set_right(self) -> int: ...


_AnyStore = TypeVar("_AnyStore", bound=_Store)
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def despite_damage(
    method: Callable[Concatenate[_AnyStore, _Arguments], _Result],
) -> Callable[Concatenate[_AnyStore, _Arguments], _Result]:
    """Returns `method`, which sets damaged rows right and tries again where one of them stands in its way."""

    @wraps(method)
    def tried_again(store: _AnyStore, /, *arguments: _Arguments.args, **more: _Arguments.kwargs) -> _Result:
        try:
            return method(store, *arguments, **more)
        except (sqlite3.IntegrityError, sqlite3.OperationalError, StoreDamaged) as error:
            if not _is_about_rows(error) or not store.set_right():
                raise
            return method(store, *arguments, **more)

    return tried_again


def _is_about_rows(error: Exception) -> bool:
    """Whether values in rows lead to it: a transaction takes text that can't be decoded for damage to the whole."""
    cause = error.__cause__ if isinstance(error, StoreDamaged) else error
    return isinstance(cause, sqlite3.IntegrityError) or (
        isinstance(cause, sqlite3.OperationalError) and is_undecodable(cause)
    )
