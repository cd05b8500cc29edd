"""Results of tests and checks, and facts about servers, in SQLite."""
# ruff: noqa: PLC0415 - JSON and certificates are loaded by the first fact or warning; the first cards may have neither

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind, WarningKind
from smtp_desktop.domain.diagnosis.kinds import Cause, CertificateFault, FailureKind, Stage, TlsMode
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database
from smtp_desktop.store.known import SHAPE_ERRORS

if TYPE_CHECKING:
    from smtp_desktop.domain.checks.check_detail import CheckDetail, TriedServer

_KEPT_RESULTS = 200

_RECORD = """
INSERT INTO check_result (
    profile_id, at, test_kind, ok, duration_ms, stage, kind, cause, certificate_fault, reply, warnings, settings_version
)
SELECT :profile_id, :at, :test_kind, :ok, :duration_ms, :stage, :kind, :cause, :certificate_fault, :reply, :warnings,
    :settings_version
WHERE EXISTS (SELECT 1 FROM smtp WHERE id = :profile_id)
RETURNING id
"""

# In the order of recording, not by time: after a clock was set back the newest must stay.
_DROP_OLD = """
DELETE FROM check_result WHERE profile_id = :profile_id AND id <= (
    SELECT id FROM check_result WHERE profile_id = :profile_id ORDER BY id DESC LIMIT 1 OFFSET :kept
)
"""

_DETAIL = """
INSERT INTO check_detail (result_id, host_name, smtp_port, tls, recipient, conversation) VALUES (?, ?, ?, ?, ?, ?)
"""

# A failure is what somebody wants to look into later.
_DROP_CONVERSATIONS = """
UPDATE check_detail SET conversation = NULL WHERE conversation IS NOT NULL AND result_id IN (
    SELECT id FROM (
        SELECT id, ok, row_number() OVER (PARTITION BY ok ORDER BY id DESC) AS age
        FROM check_result WHERE profile_id = :profile_id
    ) WHERE age > CASE ok WHEN 1 THEN 3 ELSE 20 END
)
"""

_DETAIL_OF = """
SELECT check_detail.* FROM check_result JOIN check_detail ON result_id = check_result.id
WHERE profile_id = ? AND at = ? AND test_kind = ? ORDER BY result_id DESC LIMIT 1
"""

_LAST_WORKING = """
SELECT check_detail.* FROM check_result JOIN check_detail ON result_id = check_result.id
WHERE profile_id = ? AND ok = 1 ORDER BY result_id DESC LIMIT 1
"""

_LATEST = """
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY profile_id ORDER BY id DESC) AS age FROM check_result
) WHERE age <= ? ORDER BY id
"""

# One look-up in the index for each SMTP: grouping would read the index as a whole, up to 200 times as long.
_LAST_OF_EACH = """
SELECT * FROM check_result WHERE id IN (
    SELECT (SELECT max(id) FROM check_result WHERE profile_id = smtp.id) FROM smtp
)
"""

RESULTS_OF_ONE = """
SELECT * FROM (SELECT * FROM check_result WHERE profile_id = ? ORDER BY id DESC LIMIT ?) ORDER BY id
"""

ONE_FACT = "SELECT * FROM server_fact WHERE host = ? AND port = ?"

_LEARN = """
INSERT OR REPLACE INTO server_fact (host, port, mode, version, chain)
VALUES (?, ?, ?, ?, ?)
"""


class SqliteHealth:
    """Keeps results, and how servers secure their connections. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, *results: CheckResult, details: Mapping[CheckResult, CheckDetail] | None = None) -> None:
        """Keeps the results, 200 per SMTP at most: the oldest go first. Results of an SMTP that is gone are dropped."""
        # Before the transaction, in which others wait.
        kept = {result: _detail_values(detail) for result, detail in (details or {}).items()}
        with self._database.write() as connection:
            for result in results:
                # Not `rowcount`: where the locale is Turkish, sqlite3 does not take INSERT for what counts rows.
                recorded = connection.execute(_RECORD, _values(result)).fetchone()
                if recorded and result in kept:
                    connection.execute(_DETAIL, [recorded["id"], *kept[result]])
            ids = {result.profile_id for result in results}
            connection.executemany(_DROP_OLD, ({"profile_id": one, "kept": _KEPT_RESULTS} for one in ids))
            if kept:
                connection.executemany(_DROP_CONVERSATIONS, ({"profile_id": one} for one in ids))

    def detail_of(self, result: CheckResult) -> CheckDetail | None:
        """Returns what is kept of a stored result beside it."""
        with self._database.read() as connection:
            at = result.at.astimezone(UTC).isoformat()
            row = connection.execute(_DETAIL_OF, [result.profile_id, at, result.test_kind]).fetchone()
        return _detail_in(row) if row else None

    def last_working(self, profile_id: ProfileId) -> TriedServer | None:
        """Returns the server of the last test or check that worked."""
        with self._database.read() as connection:
            row = connection.execute(_LAST_WORKING, [profile_id]).fetchone()
        return _server_in(row) if row else None

    def latest(self, count: int) -> dict[ProfileId, list[CheckResult]]:
        """Returns the last `count` results of every SMTP that has any, oldest first."""
        results: dict[ProfileId, list[CheckResult]] = {}
        with self._database.read() as connection:
            for row in connection.execute(_LATEST, [count]):
                result = result_of(row)
                results.setdefault(result.profile_id, []).append(result)
        return results

    def of(self, profile_id: ProfileId, count: int) -> list[CheckResult]:
        """Returns the last `count` results of one SMTP, oldest first."""
        with self._database.read() as connection:
            return [result_of(row) for row in connection.execute(RESULTS_OF_ONE, [profile_id, count])]

    def learn(self, fact: ServerFact) -> None:
        """Keeps `fact`, in place of what was known about its host and port."""
        import json

        from smtp_desktop.store.conversation_json import chain_to_json

        security = fact.security
        values = (fact.host, fact.port, security.mode, security.version, json.dumps(chain_to_json(security.chain)))
        with self._database.write() as connection:
            connection.execute(_LEARN, values)

    def server_facts(self) -> Sequence[ServerFact]:
        """Returns every fact, ordered by host and port."""
        with self._database.read() as connection:
            return tuple(fact_of(row) for row in connection.execute("SELECT * FROM server_fact ORDER BY host, port"))

    def server_fact(self, host: str, port: int) -> ServerFact | None:
        """Returns the fact about that host and port, None where there is none."""
        with self._database.read() as connection:
            row = connection.execute(ONE_FACT, [host, port]).fetchone()
            return fact_of(row) if row else None


def _values(result: CheckResult) -> dict[str, object]:
    return {
        "profile_id": result.profile_id,
        "at": result.at.astimezone(UTC).isoformat(),
        "test_kind": result.test_kind,
        "ok": result.ok,
        "duration_ms": result.duration_ms,
        "stage": result.stage,
        "kind": result.kind,
        "cause": result.cause,
        "certificate_fault": result.certificate_fault,
        "reply": result.reply,
        "settings_version": result.settings_version,
        "warnings": "[" + ", ".join(f'"{kind}"' for kind in result.warnings) + "]",
    }


def result_of(row: sqlite3.Row) -> CheckResult:
    """Returns the result in `row`."""
    return CheckResult(
        profile_id=ProfileId(row["profile_id"]),
        at=datetime.fromisoformat(row["at"]),
        test_kind=TestKind(row["test_kind"]),
        ok=bool(row["ok"]),
        duration_ms=row["duration_ms"],
        stage=Stage(row["stage"]) if row["stage"] else None,
        kind=FailureKind(row["kind"]) if row["kind"] else None,
        cause=Cause(row["cause"]) if row["cause"] else None,
        certificate_fault=CertificateFault(row["certificate_fault"]) if row["certificate_fault"] else None,
        reply=row["reply"],
        warnings=_warnings_of(row["warnings"]),
        settings_version=row["settings_version"],
    )


def _detail_values(detail: CheckDetail) -> tuple[object, ...]:
    import zlib

    from smtp_desktop.store.conversation_json import timeline_to_json

    server = detail.server
    tried = (server.host_name, server.smtp_port, server.tls) if server else (None, None, None)
    conversation = zlib.compress(timeline_to_json(detail.timeline).encode()) if detail.timeline else None
    return (*tried, detail.recipient, conversation)


def _detail_in(row: sqlite3.Row) -> CheckDetail:
    import zlib

    from smtp_desktop.domain.checks.check_detail import CheckDetail
    from smtp_desktop.store.conversation_json import timeline_from_json

    packed = row["conversation"]
    try:
        timeline = timeline_from_json(zlib.decompress(packed).decode()) if packed else None
    except (*SHAPE_ERRORS, zlib.error):
        timeline = None  # it is damaged
    return CheckDetail(server=_server_in(row), recipient=row["recipient"], timeline=timeline)


def _server_in(row: sqlite3.Row) -> TriedServer | None:
    from smtp_desktop.domain.checks.check_detail import TriedServer

    if row["host_name"] is None:
        return None
    return TriedServer(host_name=row["host_name"], smtp_port=row["smtp_port"], tls=bool(row["tls"]))


@lru_cache(maxsize=64)  # most results have none
def _warnings_of(kinds: str) -> tuple[WarningKind, ...]:
    if kinds == "[]":
        return ()
    import json

    return tuple(WarningKind(kind) for kind in json.loads(kinds))


def last_of_each(connection: sqlite3.Connection) -> dict[ProfileId, CheckResult]:
    """Returns the last result of every SMTP that has any."""
    results = (result_of(row) for row in connection.execute(_LAST_OF_EACH))
    return {result.profile_id: result for result in results}


def fact_of(row: sqlite3.Row) -> ServerFact:
    """Returns the fact in `row`."""
    import json

    from smtp_desktop.domain.diagnosis.conversation import Security
    from smtp_desktop.store.conversation_json import chain_from_json

    chain = chain_from_json(json.loads(row["chain"]))
    security = Security(mode=TlsMode(row["mode"]), version=row["version"], chain=chain)
    return ServerFact(host=row["host"], port=row["port"], security=security)
