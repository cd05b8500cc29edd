"""The smoothness of the window under load: its courier sends 2,000 mails, and its button starts a bulk check of 201
SMTPs, whose servers wait a second and speak TLS. Meanwhile the grid scrolls every 16 ms, and the time from one painted
frame to the next is compared with that of the idle window. Prints a table; exits 1 if the 99th percentile is more than
1.5 times that of the idle window. Needs the project's environment with its development packages (trustme), and no
Debian package."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median, quantiles

import trustme
from PySide6.QtCore import QEvent, QEventLoop, QObject, QProcess, Qt, QTimer
from PySide6.QtWidgets import QApplication

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import VAULT_FILE
from smtp_desktop.composition.window import worker_programs
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.window.app import WindowApp
from smtp_desktop.ui.window.main_window import MainWindow
from smtp_desktop.vault.memory import ProcessVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault

ROUNDS = 7
MAILS = 2000
SERVERS = 200
IDLE_MS = 2000
FRAME_MS = 16
MOST = 1.5
TEXT = "Dear {{ name }},\n\n" + "All is well, and every line of this report says so again.\n" * 70  # 4 KB
MASTER = Secret("a master password")

# A process of its own, so that it takes no time from the window. The first port takes every mail and keeps none; every
# other one is a server of its own that speaks TLS and waits a second before it greets.
SERVER = """
import asyncio, ssl, sys

async def serve(reader, writer, *, wait_s):
    await asyncio.sleep(wait_s)
    writer.write(b"220 sink.test ESMTP\\r\\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"EHLO":
            writer.write(b"250-sink.test\\r\\n250-PIPELINING\\r\\n250-8BITMIME\\r\\n250 AUTH PLAIN\\r\\n")
        elif verb == b"AUTH":
            writer.write(b"235 2.7.0 welcome\\r\\n")
        elif verb == b"DATA":
            writer.write(b"354 go ahead\\r\\n")
            while await reader.readline() not in (b".\\r\\n", b""):
                pass
            writer.write(b"250 taken\\r\\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\\r\\n")
            break
        else:
            writer.write(b"250 OK\\r\\n")
    writer.close()

async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    sink = await asyncio.start_server(lambda *ends: serve(*ends, wait_s=0), "127.0.0.1", 0)
    slow = [
        await asyncio.start_server(lambda *ends: serve(*ends, wait_s=1), "127.0.0.1", 0, backlog=512, ssl=context)
        for _ in range(int(sys.argv[1]))
    ]
    print(*(server.sockets[0].getsockname()[1] for server in (sink, *slow)), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Frames(QObject):
    """Scrolls the grid every 16 ms, and notes when it is painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._bar = window.page.grid.verticalScrollBar()
        self._painted: list[float] = []
        self._step = 4
        self._timer = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._scroll)
        self._timer.start()
        window.page.grid.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self._painted.append(time.perf_counter())
        return False

    def gaps_while(self, running: Callable[[], bool]) -> list[float]:
        """Returns the milliseconds from each frame to the next, for as long as `running`."""
        self._painted.clear()
        until(lambda: not running())
        return [(after - before) * 1000 for before, after in zip(self._painted, self._painted[1:], strict=False)]

    def _scroll(self) -> None:
        if not self._bar.minimum() <= self._bar.value() + self._step <= self._bar.maximum():
            self._step = -self._step
        self._bar.setValue(self._bar.value() + self._step)


class Triggers(QObject):
    """A separate process that triggers the mails, and reports when the last one was sent."""

    def __init__(self, home: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.sending = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._hear)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        self._process.start(sys.executable, [__file__, "trigger", str(home)])

    def start(self) -> None:
        """The mails are triggered, and sent soon."""
        self.sending = True
        self._process.write(b"\n")

    def end(self) -> None:
        """The process is over."""
        self._process.closeWriteChannel()
        self._process.waitForFinished()

    def _hear(self) -> None:
        self._process.readAllStandardOutput()
        self.sending = False


def trigger(home: Path) -> None:
    """For every line on the standard input the mails are triggered; once none waits any more, a line says so."""
    with closing(Application(home, vault=ProcessVault())) as application:
        (activity,) = application.services.activities.all()
        for _ in sys.stdin:
            application.services.outbox.trigger_many(
                activity.id, [{"name": f"Customer {number}"} for number in range(MAILS)]
            )
            while application.services.outbox.counts().waiting:
                time.sleep(0.1)
            print("sent", flush=True)


def until(holds: Callable[[], object]) -> None:
    """The window runs until that holds."""
    loop = QEventLoop()
    timer = QTimer(loop, interval=20)
    timer.timeout.connect(lambda: loop.quit() if holds() else None)
    timer.start()
    loop.exec()


@contextmanager
def servers(folder: Path) -> Iterator[tuple[list[str], str]]:
    """Runs the servers; gives their ports, the sink's first, and their CA."""
    ca = trustme.CA()
    ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    arguments = [sys.executable, "-c", SERVER, str(SERVERS), str(folder / "server.pem")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout.readline() if process.stdout else "").split(), ca.cert_pem.bytes().decode()
        finally:
            process.terminate()


def fill(services: Services, ports: list[str], ca_pem: str) -> None:
    """A relay that takes the mails, the SMTPs that are checked, and an activity are stored."""
    relay = ProfileDraft(
        name="relay",
        host_name="127.0.0.1",
        smtp_port=ports[0],
        tls=False,
        auth_required=False,
        from_address="me@company.example",
        is_default=True,
    )
    services.profiles.create(relay)
    for port in ports[1:]:
        draft = ProfileDraft(
            name=f"relay_{port}",
            host_name="127.0.0.1",
            smtp_port=port,
            trusted_ca_pem=ca_pem,
            user_name="me@company.example",
            password=Secret("sesame"),
        )
        services.profiles.create(draft)
    services.activities.create(
        ActivityDraft(name="report", to="a@company.example", subject="For {{ name }}", text=TEXT)
    )


def p99(gaps: list[float]) -> float:
    """Returns the milliseconds that one gap of a hundred takes longer than."""
    return quantiles(gaps, n=100)[-1]


def opened(app: QApplication, home: Path, ports: list[str], ca_pem: str) -> tuple[WindowApp, list[Application]]:
    """Returns the window on the filled home, and the application behind it."""
    # A file, not this process's memory: those who send and check are other processes.
    vault = EncryptedFileVault(home / VAULT_FILE)
    vault.unlock(MASTER)
    made: list[Application] = []

    def open_services(events: Bus) -> Services:
        application = Application(home, events=events, vault=vault)
        made.append(application)
        fill(application.services, ports, ca_pem)
        return application.services

    window_app = WindowApp(home, open_services, programs=worker_programs(home, MASTER))
    window_app.instance.take()
    window_app.start(app)
    until(lambda: window_app.window and window_app.window.is_attached)
    until(lambda: window_app.window and window_app.window.cards.total == SERVERS + 1)
    return window_app, made


def measured(window: MainWindow, home: Path) -> list[tuple[list[float], list[float]]]:
    """Returns the gaps of each round, idle and at work, after one round that does not count."""
    frames, triggers = Frames(window), Triggers(home, window)
    checking: list[bool] = []
    window.smtps.checks.ended.connect(lambda _: checking.clear())
    rounds = []
    for _ in range(ROUNDS + 1):
        idle_until = time.perf_counter() + IDLE_MS / 1000
        idle = frames.gaps_while(lambda idle_until=idle_until: time.perf_counter() < idle_until)
        triggers.start()
        checking.append(True)
        window.smtps.actions.check_all()
        rounds.append((idle, frames.gaps_while(lambda: triggers.sending or bool(checking))))
    triggers.end()
    return rounds[1:]


def row(what: str, rounds: list[list[float]], ratio: str = "") -> None:
    """Prints the 99th percentile of the rounds, and what the gaps of all of them have in common."""
    found = [p99(gaps) for gaps in rounds]
    usual, longest = median(median(gaps) for gaps in rounds), max(max(gaps) for gaps in rounds)
    numbers = "".join(f"{number:>9.1f}" for number in (median(found), min(found), max(found), usual, longest))
    print(f"{what:<24}{numbers}{ratio:>9}".rstrip())


def main() -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as name, servers(Path(name)) as (ports, ca_pem):
        home = Path(name) / "home"
        home.mkdir()
        window_app, made = opened(app, home, ports, ca_pem)
        rounds = measured(window_app.window, home) if window_app.window else []
        window_app.end()
        for application in made:
            application.close()
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {MAILS:,} mails, {SERVERS + 1} checks, {ROUNDS} rounds")
    print(f"{'ms between frames':<24}{'99 %':>9}{'least':>9}{'most':>9}{'usual':>9}{'longest':>9}{'of idle':>9}")
    ratio = median(p99(busy) / p99(idle) for idle, busy in rounds)
    row("idle", [idle for idle, _ in rounds], "1.00")
    row("at work", [busy for _, busy in rounds], f"{ratio:.2f}")
    print(f"at most {MOST} times: {'yes' if ratio <= MOST else 'NO'}")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["trigger"]:
        trigger(Path(sys.argv[2]))
    else:
        sys.exit(main())
