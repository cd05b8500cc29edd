"""A data folder with SMTPs, an activity and messages, and what damages its database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from contracts.outbox_examples import NOW, entry
from fakes.databases import provide_database
from fakes.sealed_exports import CHEAP
from fakes.small import FixedClock, RecordedEvents
from fakes.vault import MemoryVault

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import DATABASE_FILE
from smtp_desktop.composition.restoring import restore_lock
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.backup.restore import Restore
from smtp_desktop.services.backup.whole_backups import WholeBackups
from smtp_desktop.services.services import Services
from smtp_desktop.store.backup.home import SqliteHome
from smtp_desktop.vault.sealed_backup import SealedBackups

PASSPHRASE = Secret("four words that fit")
SHOP = ProfileDraft(
    name="Shop", host_name="smtp.company.example", user_name="shop@company.example", password=Secret("of the shop")
)
RELAY = ProfileDraft(name="Relay", host_name="relay", auth_required=False, from_address="relay@company.example")


class Home:
    """A data folder at `path`, with its own `vault`."""

    def __init__(self, path: Path, vault: MemoryVault | None = None) -> None:
        self.path = path
        self.vault = vault or MemoryVault()
        self.events = RecordedEvents([])
        self.clock = FixedClock(NOW)
        self.database = path / DATABASE_FILE
        path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def services(self) -> Iterator[Services]:
        provide_database(self.database)
        with self.application() as application:
            yield application.services

    @contextmanager
    def application(self) -> Iterator[Application]:
        with closing(Application(self.path, vault=self.vault)) as application:
            application.clock = self.clock  # type: ignore[assignment]  # tests say what time it is
            yield application

    def fill(self) -> None:
        """Stores two SMTPs, an activity with attachments, a setting, and two messages that wait."""
        with self.services() as services:
            services.profiles.create(SHOP, default_if_none=True)
            services.profiles.create(RELAY)
            services.activities.create(
                ActivityDraft(
                    name="Nightly", to="a@x.example", subject="Hi", text="x", attachments="/var/log/{{ d }}.log"
                )
            )
            services.preferences.put("theme", "dark")
            with self.application() as application:
                application.outbox_store.add([entry(), entry()])  # type: ignore[no-untyped-call]  # a test's example

    def edit(self, name: str, /, **typed: object) -> None:
        with self.services() as services:
            profile = services.profiles.by_name(name)
            services.profiles.save(profile.id, edit_of(profile, replace(draft_of(profile), **typed)))  # type: ignore[arg-type]  # any field

    def restore(self) -> Restore:
        return Restore(
            home=SqliteHome(self.database),
            vault=self.vault,
            sealer=SealedBackups(CHEAP),
            clock=self.clock,
            events=self.events,
            lock=lambda: restore_lock(self.path),
        )

    def back_up(self, file: Path) -> None:
        sealer = SealedBackups(CHEAP)
        WholeBackups(home=SqliteHome(self.database), vault=self.vault, sealer=sealer).write(file, PASSPHRASE)

    def profiles(self) -> dict[str, SmtpProfile]:
        with self.services() as services:
            return {one.name: one for one in services.profiles.all()}

    def password(self, name: str) -> str | None:
        ref = self.profiles()[name].server.password_ref
        secret = self.vault.secrets.get(ref) if ref else None
        return secret.reveal() if secret else None

    def states(self) -> list[tuple[str, bool]]:
        """Returns the state of each message, and whether it will be tried again."""
        with self.application() as application:
            return [
                (one.state, one.next_try_at is not None)
                for one in application.outbox_store.page(DeliveryFilter(), before=None, limit=10)
            ]


def damage(database: Path, kind: str) -> None:
    """Damages the database, whose log is folded into it."""
    size = database.stat().st_size
    match kind:
        case "truncated":
            with database.open("r+b") as file:
                file.truncate(size // 2)
        case "overwritten pages":
            with database.open("r+b") as file:
                file.seek(4 * 2048)
                file.write(b"\xa5" * (size - 8 * 2048))
        case "zero bytes":
            database.write_bytes(b"")
        case "not a database":
            database.write_bytes(b"<html>" * 5000)
        case "missing with its log":
            with closing(sqlite3.connect(database)) as connection:
                connection.execute("CREATE TABLE more (x)")
                database.with_name("saved-wal").write_bytes(database.with_name(f"{database.name}-wal").read_bytes())
            database.unlink()
            database.with_name("saved-wal").rename(database.with_name(f"{database.name}-wal"))
        case "missing":
            database.unlink()
        case _:
            raise AssertionError(kind)


DAMAGES = ("truncated", "overwritten pages", "zero bytes", "not a database", "missing with its log")
