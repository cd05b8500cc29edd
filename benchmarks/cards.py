"""The time that the SMTPs take to be shown, 100, 10,000 and 100,000 as cards and 100 and 10,000 as a list, to be
searched and to be scrolled: the real page and search field with the real style sheet, offscreen, each from the call or
the event to the end of painting. The work of a worker while the window stays usable (sorting, and the texts for the
search) is listed separately.

Prints a table; exits 1 where showing 10,000 takes over 1.5 times as long as 100, or 100,000 over 3 times; where the
slowest key of a search takes more than 16 or 40 ms; or the slowest step of scrolling more than 16 ms. Needs the
project's environment, and nothing of Debian's."""

import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_snapshot import SmtpSnapshot
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.theme.theme import LIGHT, put_on
from smtp_desktop.ui.window.top_bar import TopBar

ROUNDS = 7
COUNTS = {"cards": (100, 10_000, 100_000), "list": (100, 10_000)}
SEARCHES = ("relay_05", "mx7.eu", "example", "nobody@")
SHOW_MOST = {10_000: 1.5, 100_000: 3.0}
KEY_MOST_MS = {10_000: 16.0, 100_000: 40.0}
STEP_MOST_MS = 16.0
STEPS = 40
SIZE = (1232, 844)  # what a window of 1440 by 900 leaves to the page and the bar above it


@dataclass(kw_only=True)
class Times:
    """Milliseconds of one process: once, or of every key, step and jump."""

    prepare: float = 0.0
    show: float = 0.0
    again: float = 0.0
    keys: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    jumps: list[float] = field(default_factory=list)


class Painted(QObject):
    """Runs the window until everything in it was painted."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self._seen = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self._seen = self._seen or event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.Paint)
        return False

    def ms_of(self, act: Callable[[], object]) -> float:
        """Returns how long it took from `act` until all of it was painted."""
        self._app.processEvents()
        self._seen = False
        started = time.perf_counter()
        act()
        while not self._seen:
            self._app.processEvents()
        self._app.processEvents()
        return (time.perf_counter() - started) * 1000


def stored(count: int) -> tuple[dict[ProfileId, SmtpProfile], dict[ProfileId, list[CheckResult]]]:
    """Returns SMTPs as companies have them, every one checked 14 times."""
    now = datetime.now(UTC)
    profiles = {}
    for number in range(count):
        key = ProfileId(f"{number:032x}")
        server = GenericServer(
            host_name=f"mx{number % 97}.{('eu', 'us', 'asia')[number % 3]}.company.example",
            user_name=f"service{number}@company.example",
            tls=number % 9 > 0,
        )
        profiles[key] = SmtpProfile(
            id=key, name=f"Relay_{number:06}", server=server, from_address=f"no-reply{number}@site{number % 31}.example"
        )
    key = ProfileId("any")
    results = [
        CheckResult(
            profile_id=key, at=now - timedelta(minutes=14 - n), test_kind=TestKind.CHECK, ok=n != 5, duration_ms=n * 9
        )
        for n in range(14)
    ]
    return profiles, dict.fromkeys(profiles, results)


def measured(view: str, count: int) -> Times:
    """Returns what one process takes with so many cards, or rows of the list."""
    app = QApplication([])
    app.setApplicationName("benchmark of cards")
    painted, times = Painted(app), Times()
    theme = LIGHT
    put_on(app, theme)
    profiles, results = stored(count)
    started = time.perf_counter()
    stock = SmtpSnapshot(profiles, results, {})
    times.prepare = (time.perf_counter() - started) * 1000
    gc.collect()
    gc.freeze()  # what a benchmark makes beforehand is nothing that a key or a step has to look through
    bar, cards, window = TopBar(theme), SmtpCards(lambda: datetime.now(UTC)), QWidget()
    window.installEventFilter(painted)
    bar.searched.connect(lambda typed: cards.show_only(search=typed))

    def show() -> None:
        page = SmtpPage(cards, theme, kept={"smtps.view": view})
        column = QVBoxLayout(window)
        column.addWidget(bar)
        column.addWidget(page)
        bar.show_page("SMTP", searching="Search")
        window.resize(*SIZE)
        cards.load(stock)
        page.show_loaded()
        window.show()

    times.show = painted.ms_of(show)
    times.again = painted.ms_of(lambda: cards.load(stock))
    page = window.findChild(SmtpPage, "smtpPage")
    times.keys = list(typed_keys(painted, bar))
    times.steps, times.jumps = scrolled(painted, page.view)
    return times


def typed_keys(painted: Painted, bar: TopBar) -> Iterable[float]:
    """Yields how long each key of the searches takes: letters, some taken back, and all at once."""
    bar.search.setFocus()
    for search in SEARCHES:
        for character in search:
            yield painted.ms_of(lambda character=character: QTest.keyClicks(bar.search, character))
        for _ in range(3):
            yield painted.ms_of(lambda: QTest.keyClick(bar.search, Qt.Key.Key_Backspace))
        yield painted.ms_of(bar.search.clear)


def scrolled(painted: Painted, grid: QWidget) -> tuple[list[float], list[float]]:
    """Returns how long each notch of the wheel takes, down and up again, and each jump to anywhere."""
    middle = QPointF(grid.viewport().rect().center())

    def turn(angle: int) -> None:
        event = QWheelEvent(
            middle,
            grid.viewport().mapToGlobal(middle),
            QPoint(),
            QPoint(0, angle),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(grid.viewport(), event)

    scroll = grid.verticalScrollBar()
    reach = min(STEPS // 2, scroll.maximum() // (3 * scroll.singleStep()))
    steps = [painted.ms_of(lambda angle=angle: turn(angle)) for angle in [-120] * reach + [120] * reach]
    places = random.Random(5)
    jumps = [painted.ms_of(lambda: scroll.setValue(places.randrange(scroll.maximum()))) for _ in range(10)]
    return steps, jumps


def in_own_process(view: str, count: int) -> Times:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, __file__, view, str(count)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return Times(**json.loads(done.stdout))


def row(what: str, taken: list[float], ratio: str = "", limit: str = "") -> None:
    numbers = "".join(f"{number:>9.1f}" for number in (median(taken), min(taken), max(taken)))
    print(f"{what:<36}{numbers}{ratio:>9}  {limit}".rstrip())


def main() -> int:
    found: dict[tuple[str, int], list[Times]] = {(view, count): [] for view in COUNTS for count in COUNTS[view]}
    for number in range(ROUNDS + 1):
        for (view, count), all_times in found.items():
            times = in_own_process(view, count)
            if number:
                all_times.append(times)
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {ROUNDS} processes each, taking turns")
    print(f"{'milliseconds':<36}{'median':>9}{'least':>9}{'most':>9}{'of 100':>9}")
    passed: list[bool] = []

    def judged(words: str, value: float, most: float) -> str:
        passed.append(value <= most)
        return f"{words} {most:g}: {'yes' if passed[-1] else 'NO'}"

    for (view, count), all_times in found.items():
        few_times, words = found[view, COUNTS[view][0]], f"{count:,} {view}"
        show = [times.show for times in all_times]
        ratio = median(mine / few.show for mine, few in zip(show, few_times, strict=True))
        limit = judged("at most", ratio, SHOW_MOST[count]) if count in SHOW_MOST else ""
        row(f"{words}: show", show, f"{ratio:.2f}", limit)
        row(f"{words}: others in their place", [times.again for times in all_times])
        # What one process did worst, and of all processes the median of that: the machine has others to serve.
        keys, steps = [max(times.keys) for times in all_times], [max(times.steps) for times in all_times]
        limit = judged("at most", median(keys), KEY_MOST_MS[count]) if count in KEY_MOST_MS else ""
        row(f"{words}: a key of a search", [median(times.keys) for times in all_times])
        row(f"{words}: the slowest key", keys, "", limit)
        row(f"{words}: a step of scrolling", [median(times.steps) for times in all_times])
        row(f"{words}: the slowest step", steps, "", judged("at most", median(steps), STEP_MOST_MS))
        row(f"{words}: the slowest jump", [max(times.jumps) for times in all_times])
        row(f"{words}: prepared by a worker", [times.prepare for times in all_times])
    return 0 if all(passed) else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(sys.argv[1], int(sys.argv[2])).__dict__))
    else:
        sys.exit(main())
