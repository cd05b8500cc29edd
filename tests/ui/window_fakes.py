"""What stands in for parts of the window's environment: a store that can fail, the clock, the advice."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.diagnosis.advice import AdviceRule, rules_from
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.smtp.profile import ProfileType, SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.resources import FOLDER
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.ui.runtime.notifications import Notice

GRAPH_RULES = rules_from(
    [
        {
            "when": {"kinds": ["graph_refused"], "codes": [403]},
            "title": "The app may not use this mailbox",
            "meaning": "Microsoft Graph answered, but the app registration lacks a permission.",
            "steps": ["Grant the permission.", "Give admin consent."],
        }
    ],
    Providers(),
)


class BreakableProfiles(SqliteProfiles):
    """`failure` is raised when all SMTPs are read. With `slow` set, what was read comes only once `come` is set."""

    failure: StoreError | None = None
    slow = False

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read, self.come = threading.Event(), threading.Event()

    def all(self) -> Sequence[SmtpProfile]:
        if self.failure:
            raise self.failure
        found = super().all()
        if self.slow:
            self.slow = False
            self.read.set()
            self.come.wait(20)
        return found


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class RecordedNotices:
    """A desktop that shows nothing: `shown` are the notices, `click` clicks the last one."""

    def __init__(self) -> None:
        self.shown: list[Notice] = []
        self.click: Callable[[], None] = lambda: None

    def notify(self, notice: Notice, clicked: Callable[[], None]) -> None:
        self.shown.append(notice)
        self.click = clicked

    def close(self) -> None:
        self.click = lambda: None


def advice_rules() -> Mapping[ProfileType, Sequence[AdviceRule]]:
    """Returns the rules of each kind of SMTP: the real ones of Generic, one of Graph."""
    return {
        ProfileType.GENERIC: rules_from(json.loads((FOLDER / "advice.json").read_text("utf-8")), PROVIDERS),
        ProfileType.GRAPH: GRAPH_RULES,
    }
