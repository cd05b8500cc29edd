"""A courier in a process that starts fast and retries at once: `python courier_child.py DATABASE LEASE_S`.
Ends when its standard input does, or when it is killed."""

import random
import sys
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from smtp_desktop.composition.application import NoListeners
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.delivery import CourierId
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.courier import Courier
from smtp_desktop.services.server_access import ServerAccess
from smtp_desktop.store.database import Database
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.server_denylists import SqlitePipeliningDenylist
from smtp_desktop.transports.registry import TransportConnector, Transports
from smtp_desktop.vault.memory import ProcessVault


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def main(path: str, lease_s: str) -> None:
    cancel = Cancel()

    def cancel_at_end_of_input() -> None:
        sys.stdin.buffer.read()
        cancel.request()

    Thread(target=cancel_at_end_of_input, daemon=True).start()
    with closing(Database(Path(path))) as database:
        context = CourierContext(
            store=SqliteOutbox(database),
            profiles=SqliteProfiles(database),
            health=SqliteHealth(database),
            access=ServerAccess(vault=ProcessVault(), source_of=lambda *_: None),  # its SMTPs have no secrets
            connector=TransportConnector(Transports(SqlitePipeliningDenylist(database, SystemClock().now))),
            adviser=Adviser(lambda _kind: ()),
            clock=SystemClock(),
            events=NoListeners(),
            policy=RetryPolicy(steps_min=(0,), unknown_steps_h=(0.0,) * 1000),
            jitter=random.random,
            courier_id=CourierId(uuid.uuid4().hex),
        )
        courier = Courier(context, tester=None, lease_s=float(lease_s))  # type: ignore[arg-type]  # it never has a hold
        courier.run(watch=True, cancel=cancel)


if __name__ == "__main__":
    main(*sys.argv[1:])
