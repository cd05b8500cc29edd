"""The number of round trips that a mail takes to a server 50 ms away, compared with smtplib: for the test mail until
the server has accepted it, and for each further mail in bulk. Prints a table; fails if a limit is exceeded.

The network is a process that forwards data after 25 ms in both directions, and opens a connection as late as TCP's own
handshake would. A case counts the additional time through that process, divided by one measured round trip, so that
neither the program's own time nor late timers count. Needs trustme.
"""

import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import trustme

from smtp_desktop.composition.application import SystemClock
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus, TlsMode
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField
from smtp_desktop.store.database import Database
from smtp_desktop.store.server_denylists import SqlitePipeliningDenylist
from smtp_desktop.transports.registry import TransportConnector, Transports

ROUNDS = 7
APART_S = 0.05
TEXT = "All is well, and every line of this report says so again.\n" * 70  # 4 KB
USER, PASSWORD = "me@company.example", "sesame"
ROUNDING = 0.05  # timers are late on a busy machine; one round trip more would be twice that, or more

# arguments: the server's port, seconds one way
NETWORK = """
import asyncio, selectors, sys

port, late = int(sys.argv[1]), float(sys.argv[2])

async def gather(reader, begins, queue):
    loop = asyncio.get_running_loop()
    while data := await reader.read(1 << 16):
        queue.put_nowait((max(loop.time() + late, begins), data))
    queue.put_nowait((loop.time() + late, b""))

async def carry(queue, writer):
    while True:
        due, data = await queue.get()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        if not data:
            writer.close()
            return
        writer.write(data)

async def connect(near_reader, near_writer):
    # The last of the three segments that open a connection, and what comes close behind it, arrives so late.
    begins = asyncio.get_running_loop().time() + 3 * late
    out, back = asyncio.Queue(), asyncio.Queue()
    gathering = asyncio.create_task(gather(near_reader, begins, out))
    await asyncio.sleep(3 * late)
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.gather(gathering, gather(far_reader, 0, back), carry(out, far_writer), carry(back, near_writer))
    except OSError:
        near_writer.close()
        far_writer.close()

async def main():
    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()

# epoll rounds times up to a millisecond, select does not
with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
    runner.run(main())
"""

# arguments: what it offers, "plain", "implicit" or "starttls", a certificate. It takes every mail and keeps none.
SERVER = """
import socket, ssl, sys, threading

offers, mode = sys.argv[1].split(), sys.argv[2]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[3])

def hello(*more):
    lines = ["far.test", *offers, *more, "8BITMIME"]
    return "".join(f"250{'- '[line is lines[-1]]}{line}\\r\\n" for line in lines)

def serve(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if mode == "implicit":
        sock = context.wrap_socket(sock, server_side=True)
    lines = sock.makefile("rb")
    say = lambda words: sock.sendall(words.encode())
    say("220 far.test ESMTP\\r\\n")
    encrypted, welcome = mode != "starttls", False
    while line := lines.readline():
        verb = line[:4].upper()
        if verb == b"EHLO":
            say(hello("AUTH PLAIN") if encrypted else hello("STARTTLS"))
        elif verb == b"STAR":
            say("220 go ahead\\r\\n")
            lines.close()
            sock = context.wrap_socket(sock, server_side=True)
            lines, encrypted = sock.makefile("rb"), True
        elif verb == b"AUTH":
            say("235 welcome\\r\\n")
        elif verb == b"BDAT":
            lines.read(int(line.split()[1]))
            say("250 taken\\r\\n" if welcome else "503 for nobody\\r\\n")
            welcome = False
        elif verb == b"DATA":
            say("354 go ahead\\r\\n")
            while lines.readline() not in (b".\\r\\n", b""):
                pass
            say("250 taken\\r\\n")
        elif verb == b"QUIT":
            say("221 bye\\r\\n")
            break
        else:
            welcome = verb == b"RCPT"
            say("250 OK\\r\\n")
    lines.close()
    sock.close()

def served(sock):
    try:
        serve(sock)
    except OSError:
        pass

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=served, args=(listener.accept()[0],), daemon=True).start()
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """`seconds` takes a port and how many mails; the limit is for each mail, in round trips."""

    name: str
    offers: str
    mode: str
    seconds: Callable[[int, int], float]
    mails: int = 1
    limit: float | None = None


def test_mail(transports: Transports, mode: TlsMode, ca_pem: str) -> Callable[[int, int], float]:
    """Returns how to time the program's test mail, from the call until it is accepted."""

    def seconds(port: int, _mails: int) -> float:
        accepted_at: list[float] = []

        def on_step(step: Step) -> None:
            if (step.stage, step.status) == (Stage.CONTENT, StepStatus.DONE):
                accepted_at.append(time.perf_counter())

        server = GenericServer(host_name="127.0.0.1", smtp_port=port, user_name=USER, trusted_ca_pem=ca_pem)
        started = time.perf_counter()
        timeline = transports.converse(
            server,
            secrets={SecretField.PASSWORD: Secret(PASSWORD)},
            mail=mail_number(0),
            known_mode=mode,  # as the usual port or an earlier test tells
            cancel=Cancel(),
            on_step=on_step,
        )
        if not timeline.ok:
            raise SystemExit(f"it was not accepted: {timeline.failure}")
        return accepted_at[0] - started

    return seconds


def by_smtplib(mode: TlsMode, ca_pem: str) -> Callable[[int, int], float]:
    """Returns how to time smtplib's first mail."""
    context = ssl.create_default_context(cadata=ca_pem)

    def seconds(port: int, _mails: int) -> float:
        started = time.perf_counter()
        if mode is TlsMode.IMPLICIT:
            client: smtplib.SMTP = smtplib.SMTP_SSL("127.0.0.1", port, local_hostname="client.test", context=context)
        else:
            client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.test")
        with client:
            if mode is TlsMode.STARTTLS:
                client.starttls(context=context)
            client.login(USER, PASSWORD)
            client.send_message(email_number(0))
            return time.perf_counter() - started

    return seconds


def further_mails(transports: Transports, port: int, mails: int) -> float:
    """Returns the seconds that the program takes for `mails` behind a first one, as a courier sends them."""
    server = GenericServer(host_name="127.0.0.1", smtp_port=port, tls=False, auth_required=False, user_name=USER)
    line = TransportConnector(transports).open(server, secrets={}, known_mode=None)
    line.send(mail_number(0), cancel=Cancel(), on_step=lambda _: None)
    waiting = iter([mail_number(number) for number in range(mails)])
    timelines = []
    started = time.perf_counter()
    while together := list(islice(waiting, line.room)):
        if len(together) > 1:
            timelines += line.send_many(together, cancel=Cancel())
        else:
            timelines.append(line.send(together[0], cancel=Cancel(), on_step=lambda _: None))
    seconds = time.perf_counter() - started
    line.close()
    if not all(timeline and timeline.ok for timeline in timelines):
        raise SystemExit("not all were accepted")
    return seconds


def further_mails_by_smtplib(port: int, mails: int) -> float:
    """Returns the seconds that smtplib takes for `mails` behind a first one."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        client.send_message(email_number(0))
        emails = [email_number(number) for number in range(mails)]
        started = time.perf_counter()
        for one in emails:
            client.send_message(one)
        return time.perf_counter() - started


def mail_number(number: int) -> Mail:
    sender, recipient = parse_address(USER), parse_address("a@company.example")
    return Mail(
        envelope=Envelope(sender=sender, recipients=(recipient,)),
        message=Message(
            header_from=sender,
            to=(recipient,),
            subject=f"Report {number}",
            text=TEXT,
            message_id=f"<{number}@company.example>",
            date=datetime.now(UTC),
        ),
    )


def email_number(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = USER, "a@company.example", f"Report {number}"
    mail["Message-ID"] = f"<{number}@company.example>"
    mail.set_content(TEXT)
    return mail


def cases(transports: Transports, ca_pem: str) -> Iterator[Case]:
    """Yields smtplib's and the program's, side by side."""
    both = "PIPELINING CHUNKING"
    for mode, limit in ((TlsMode.IMPLICIT, 7), (TlsMode.STARTTLS, 9)):
        yield Case(name=f"smtplib, first mail, {mode}", offers=both, mode=mode, seconds=by_smtplib(mode, ca_pem))
        yield Case(
            name=f"test mail, {mode}", offers=both, mode=mode, seconds=test_mail(transports, mode, ca_pem), limit=limit
        )
    yield Case(name="smtplib, further mail", offers=both, mode="plain", seconds=further_mails_by_smtplib, mails=4)
    for offers, mails, limit in ((both, 128, 1), ("PIPELINING", 32, 2), ("", 4, 4)):
        yield Case(
            name=f"further mail, {offers or 'neither'}",
            offers=offers,
            mode="plain",
            seconds=partial(further_mails, transports),
            mails=mails,
            limit=limit,
        )


@contextmanager
def running(source: str, *arguments: str) -> Iterator[int]:
    """Gives the port of a process of its own."""
    with subprocess.Popen([sys.executable, "-c", source, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else 0)
        finally:
            process.terminate()


def round_trip_s(port: int) -> float:
    """Returns how long a command and its answer take on an open connection."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        client.ehlo()
        taken = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            client.noop()
            taken.append(time.perf_counter() - started)
    return median(taken)


def measured() -> list[tuple[Case, list[float]]]:
    """Returns the round trips for each mail, of each round; the cases take turns, after a round that does not count."""
    ca = trustme.CA()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        certificate = Path(folder) / "server.pem"
        ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
        ports: dict[tuple[str, str], tuple[int, int]] = {}
        database = stack.enter_context(closing(Database(Path(folder) / "program.sqlite3")))
        transports = Transports(SqlitePipeliningDenylist(database, SystemClock().now))
        table: list[tuple[Case, list[float]]] = [(case, []) for case in cases(transports, ca.cert_pem.bytes().decode())]
        for case, _ in table:
            if (case.offers, case.mode) not in ports:
                near = stack.enter_context(running(SERVER, case.offers, case.mode, str(certificate)))
                far = stack.enter_context(running(NETWORK, str(near), str(APART_S / 2)))
                ports[case.offers, case.mode] = near, far
        near, far = ports["", "plain"]
        round_trips: list[float] = []
        for number in range(ROUNDS + 1):
            round_trips.append(round_trip_s(far) - round_trip_s(near))
            for case, taken in table:
                near_s, far_s = (case.seconds(port, case.mails) for port in ports[case.offers, case.mode])
                if number:
                    taken.append((far_s - near_s) / case.mails)
    return [(case, [seconds / median(round_trips) for seconds in taken]) for case, taken in table]


def main() -> int:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {APART_S * 1000:g} ms a round trip, median of {ROUNDS}")
    print(f"{'round trips':<42}{'median':>8}{'least':>8}{'most':>8}{'of smtplib':>12}{'at most':>9}")
    kept = True
    beside = 0.0
    for case, taken in measured():
        middle = median(taken)
        beside = middle if case.limit is None else beside
        numbers = "".join(f"{number:>8.2f}" for number in (middle, min(taken), max(taken)))
        judged = ""
        if case.limit is not None:
            within = middle <= case.limit * (1 + ROUNDING)
            kept = kept and within
            judged = f"{case.limit:>9g}  {'yes' if within else 'NO'}"
        print(f"{case.name:<42}{numbers}{middle / beside:>12.2f}{judged}")
    return 0 if kept else 1


if __name__ == "__main__":
    socket.setdefaulttimeout(30)
    sys.exit(main())
