"""What tests and checks found, in SQLite."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind, WarningKind
from smtp_desktop.domain.diagnosis.conversation import CertificateFault, FailureKind, Stage, TlsMode
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database

_KEPT_RESULTS = 200
_NO_CONCERNS = "[]"

_RECORD = """
INSERT INTO check_result (profile_id, at, test_kind, ok, duration_ms, stage, kind, certificate_fault, reply, warnings)
SELECT :profile_id, :at, :test_kind, :ok, :duration_ms, :stage, :kind, :certificate_fault, :reply, :warnings
WHERE EXISTS (SELECT 1 FROM smtp WHERE id = :profile_id)
"""

# By the order of recording, not by time: a clock that was set back must not drop the newest.
_DROP_OLD = """
DELETE FROM check_result WHERE profile_id = :profile_id AND id <= (
    SELECT id FROM check_result WHERE profile_id = :profile_id ORDER BY id DESC LIMIT 1 OFFSET :kept
)
"""

_LATEST = """
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY profile_id ORDER BY id DESC) AS age FROM check_result
) WHERE age <= ? ORDER BY id
"""

OF_ONE = """
SELECT * FROM (SELECT * FROM check_result WHERE profile_id = ? ORDER BY id DESC LIMIT ?) ORDER BY id
"""

FACT = "SELECT * FROM server_fact WHERE host = ? AND port = ?"

_LEARN = """
INSERT OR REPLACE INTO server_fact (host, port, mode, version, chain)
VALUES (?, ?, ?, ?, ?)
"""


class SqliteHealth:
    """Keeps results and how servers secure their connections. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, *results: CheckResult) -> None:
        """The results are kept, and the last 200 of each SMTP; those whose SMTP is gone are dropped."""
        with self._database.write() as connection:
            connection.executemany(_RECORD, map(_values, results))
            ids = {result.profile_id for result in results}
            connection.executemany(_DROP_OLD, ({"profile_id": one, "kept": _KEPT_RESULTS} for one in ids))

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
            return [result_of(row) for row in connection.execute(OF_ONE, [profile_id, count])]

    def learn(self, fact: ServerFact) -> None:
        """This is what is known of the host and port, in place of what was."""
        import json  # noqa: PLC0415 - as in `fact_of`

        from smtp_desktop.store.conversation_json import from_chain  # noqa: PLC0415

        security = fact.security
        values = (fact.host, fact.port, security.mode, security.version, json.dumps(from_chain(security.chain)))
        with self._database.write() as connection:
            connection.execute(_LEARN, values)

    def server_facts(self) -> Sequence[ServerFact]:
        """Returns all that is known, by host and port."""
        with self._database.read() as connection:
            return tuple(fact_of(row) for row in connection.execute("SELECT * FROM server_fact ORDER BY host, port"))

    def server_fact(self, host: str, port: int) -> ServerFact | None:
        """Returns what is known of that host and port."""
        with self._database.read() as connection:
            row = connection.execute(FACT, [host, port]).fetchone()
            return fact_of(row) if row else None


def _values(result: CheckResult) -> dict[str, object]:
    return {
        "profile_id": result.profile_id,
        "at": _stored(result.at),
        "test_kind": result.test_kind,
        "ok": result.ok,
        "duration_ms": result.duration_ms,
        "stage": result.stage,
        "kind": result.kind,
        "certificate_fault": result.certificate_fault,
        "reply": result.reply,
        "warnings": _warnings_in(result),
    }


def _warnings_in(result: CheckResult) -> str:
    return "[" + ", ".join(f'"{kind}"' for kind in result.warnings) + "]"


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


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
        certificate_fault=CertificateFault(row["certificate_fault"]) if row["certificate_fault"] else None,
        reply=row["reply"],
        warnings=_warnings_of(row["warnings"]),
    )


def _warnings_of(stored: str) -> tuple[WarningKind, ...]:
    if stored == _NO_CONCERNS:
        return ()
    import json  # noqa: PLC0415 - 2 ms of the start, and few results have any

    return tuple(WarningKind(kind) for kind in json.loads(stored))


def fact_of(row: sqlite3.Row) -> ServerFact:
    """Returns what is known of the server in `row`."""
    # Few starts know any server's certificates, and they take 10 ms to load.
    import json  # noqa: PLC0415 - see above

    from smtp_desktop.domain.diagnosis.conversation import Security  # noqa: PLC0415
    from smtp_desktop.store.conversation_json import to_chain  # noqa: PLC0415

    security = Security(mode=TlsMode(row["mode"]), version=row["version"], chain=to_chain(json.loads(row["chain"])))
    return ServerFact(host=row["host"], port=row["port"], security=security)
