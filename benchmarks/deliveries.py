"""How many mails of 4 KB a second a courier delivers to a server on this computer, beside a bare loop over smtplib that
remembers nothing. Prints a table."""

import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from statistics import median

from smtp_desktop.domain.address import parse_address
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.draft import ProfileDraft
from smtp_desktop.domain.letter import Letter
from smtp_desktop.domain.submission import Submission
from smtp_desktop.parts import build
from smtp_desktop.store.outbox import SqliteOutbox
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 5
MAILS = 500
TEXT = "All is well, and every line of this report says so again.\n" * 70  # 4 KB

# A process of its own, so that it takes no time from whoever sends: it takes every mail and keeps none.
SERVER = """
import socket, threading

def serve(sock):
    with sock, sock.makefile("rb") as lines:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(b"220 sink.test ESMTP\\r\\n")
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                sock.sendall(b"250-sink.test\\r\\n250-PIPELINING\\r\\n250 8BITMIME\\r\\n")
            elif verb == b"DATA":
                sock.sendall(b"354 go ahead\\r\\n")
                while lines.readline() not in (b".\\r\\n", b""):
                    pass
                sock.sendall(b"250 taken\\r\\n")
            elif verb == b"QUIT":
                sock.sendall(b"221 bye\\r\\n")
                return
            else:
                sock.sendall(b"250 OK\\r\\n")

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


class Unheard:
    """Takes events where nobody listens."""

    def publish(self, event: object) -> None:
        """Does nothing."""


def by_smtplib(port: int, _folder: Path) -> float:
    """Returns the seconds that one connection of smtplib takes."""
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        for number in range(MAILS):
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "me@company.example", "a@company.example", f"Report {number}"
            mail["Message-ID"] = f"<{number}@company.example>"
            mail.set_content(TEXT)
            client.send_message(mail)
    return time.perf_counter() - started


def by_courier(port: int, folder: Path) -> float:
    """Returns the seconds that a courier takes for what is in the outbox: claimed, handed over, sent, written down."""
    folder.mkdir()
    with closing(build(folder, events=Unheard(), vault=ProcessVault())) as parts:
        parts.profiles.create(
            ProfileDraft(
                name="relay",
                host_name="127.0.0.1",
                smtp_port=str(port),
                tls=False,
                auth_required=False,
                from_address="me@company.example",
                is_default=True,
            )
        )
        SqliteOutbox(parts.database).add([submission(number) for number in range(MAILS)])
        started = time.perf_counter()
        tally = parts.courier(60.0).run(watch=False, cancel=Cancel())
        seconds = time.perf_counter() - started
    if tally.sent != MAILS:
        raise SystemExit(f"not all were sent: {tally}")
    return seconds


def submission(number: int) -> Submission:
    now = datetime.now(UTC)
    letter = Letter(
        to=(parse_address("a@company.example"),),
        subject=f"Report {number}",
        message_id=f"<{number}@company.example>",
        date=now,
        text=TEXT,
    )
    return Submission(letter=letter, created_at=now, size_bytes=len(TEXT))


CASES: dict[str, Callable[[int, Path], float]] = {"smtplib by hand": by_smtplib, "courier": by_courier}


def measured(port: int) -> dict[str, list[float]]:
    """Returns the mails per second of each round by case; they take turns, after a round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS + 1):
            for name, run in CASES.items():
                per_second = MAILS / run(port, Path(folder) / f"{number}-{name}")
                if number:
                    taken[name].append(per_second)
    return taken


def main() -> None:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {len(TEXT):,} bytes a mail, median of {ROUNDS}")
    print(f"{'mails per second':<20}{'median':>9}{'least':>9}{'most':>9}{'of by hand':>12}")
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        try:
            table = measured(int(server.stdout.readline() if server.stdout else 0))
        finally:
            server.terminate()
    beside = median(table["smtplib by hand"])
    for name, taken in table.items():
        numbers = "".join(f"{number:>9,.0f}" for number in (median(taken), min(taken), max(taken)))
        print(f"{name:<20}{numbers}{median(taken) / beside:>12.2f}")


if __name__ == "__main__":
    socket.setdefaulttimeout(30)
    main()
