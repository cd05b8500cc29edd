"""The throughput of one STARTTLS connection, in mails of 4 KB a second, from template and values to the server's
acceptance, compared with a bare loop over smtplib and EmailMessage, without template, queue or log. Prints a table;
fails below the limits. Needs the Python package trustme, and no Debian package."""

import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from statistics import median

import trustme

from smtp_desktop.composition.application import Application, NoListeners, SystemClock
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.activity_template import render
from smtp_desktop.domain.delivery.delivery import CourierId
from smtp_desktop.domain.delivery.retry_policy import RetryPolicy
from smtp_desktop.domain.diagnosis.conversation import Timeline, TlsMode
from smtp_desktop.domain.mail.message import Mail, TemplateMessage
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.identity import mail_of
from smtp_desktop.services.delivery.attempt import CourierContext
from smtp_desktop.services.delivery.courier import Courier
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.store.server_denylists import SqlitePipeliningDenylist
from smtp_desktop.transports.registry import TransportConnector, Transports
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 7
MAILS = 1000
TRIGGERED_AT_ONCE = 100
LINE = "All is well, and every line of this report says so again.\n"
TEXT = "Dear {name},\n\n" + LINE * 69  # 4 KB
TEMPLATE = TEXT.replace("{name}", "{{ name }}")

# A process of its own, so that it takes no time from whoever sends: it takes every mail and keeps none. Its replies to
# all that came at once go out at once.
SERVER = """
import socket, ssl, sys, threading

HELLO = b"250-sink.test\\r\\n%b250-PIPELINING\\r\\n250-8BITMIME\\r\\n250 CHUNKING\\r\\n"
TAKEN = b"250 2.0.0 taken\\r\\n"
NOBODY = b"503 5.5.1 for whom?\\r\\n"

def serve(sock, context):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(b"220 sink.test ESMTP\\r\\n")
    data, answers, encrypted, in_data, skipped, for_whom = bytearray(), [], False, False, 0, 0
    while chunk := sock.recv(1 << 18):
        data += chunk
        while True:
            if skipped:
                taken = min(skipped, len(data))
                del data[:taken]
                skipped -= taken
                if skipped:
                    break
                answers.append(TAKEN if for_whom else NOBODY)
                for_whom = 0
            end = data.find(b"\\r\\n.\\r\\n" if in_data else b"\\r\\n")
            if end < 0:
                break
            line = bytes(data[:0 if in_data else end]).upper()
            del data[:end + (5 if in_data else 2)]
            if in_data:
                in_data, for_whom = False, 0
                answers.append(TAKEN)
            elif line.startswith(b"BDAT"):
                skipped = int(line.split()[1])
            elif line == b"DATA":
                in_data = for_whom > 0
                answers.append(b"354 go ahead\\r\\n" if in_data else NOBODY)
            elif line.startswith(b"EHLO"):
                answers.append(HELLO % (b"" if encrypted else b"250-STARTTLS\\r\\n"))
            elif line == b"STARTTLS":
                sock.sendall(b"220 go ahead\\r\\n")
                sock, encrypted = context.wrap_socket(sock, server_side=True), True
            else:
                for_whom = for_whom + 1 if line.startswith(b"RCPT") else 0
                answers.append(b"221 bye\\r\\n" if line == b"QUIT" else b"250 2.1.0 OK\\r\\n")
        sock.sendall(b"".join(answers))
        answers.clear()

def listen(context):
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], context), daemon=True).start()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
listen(context)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the server is, whom to trust about it, and a folder for the round; `customers` nobody wrote to before."""

    port: int
    ca_pem: str
    folder: Path
    customers: Sequence[dict[str, object]]


def by_smtplib(place: Place) -> Callable[[], None]:
    context = ssl.create_default_context(cadata=place.ca_pem)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", place.port, local_hostname="client.test") as client:
            client.starttls(context=context)
            for customer in place.customers:
                mail = EmailMessage()
                mail["From"], mail["To"] = "me@company.example", str(customer["address"])
                mail["Subject"] = f"Report for {customer['name']}"
                mail["Message-ID"] = make_msgid(domain="company.example")
                mail.set_content(TEXT.format(name=customer["name"]))
                client.send_message(mail)

    return send


def by_line(place: Place) -> Callable[[], None]:
    application = opened(place)
    (profile,), (activity,) = application.services.profiles.all(), application.services.activities.all()

    def mail(customer: dict[str, object]) -> Mail:
        rendered = render(activity, customer)
        message = TemplateMessage(
            to=rendered.to,
            subject=rendered.subject,
            text=rendered.text,
            message_id=make_msgid(domain="company.example"),
            date=datetime.now(UTC),
        )
        return mail_of(message, profile, message.recipients)

    def send() -> None:
        with closing(
            connector_of(application).open(profile.server, secrets={}, known_mode=TlsMode.STARTTLS)
        ) as connection:
            sent: list[Timeline | None] = []
            while len(sent) < MAILS:
                mails = [mail(customer) for customer in place.customers[len(sent) : len(sent) + connection.room]]
                if len(mails) == 1:
                    sent.append(connection.send(mails[0], cancel=Cancel(), on_step=lambda _: None))
                else:
                    sent.extend(connection.send_many(mails, cancel=Cancel()))
        application.close()
        if not all(timeline and timeline.ok for timeline in sent):
            raise SystemExit("not all mails were sent over the connection")

    return send


def by_outbox(place: Place) -> Callable[[], None]:
    application = opened(place)
    (activity,) = application.services.activities.all()

    def send() -> None:
        with closing(application):
            for start in range(0, MAILS, TRIGGERED_AT_ONCE):
                application.services.outbox.trigger_many(
                    activity.id, place.customers[start : start + TRIGGERED_AT_ONCE]
                )
            summary = courier_of(application).run(watch=False, cancel=Cancel())
        if summary.sent != MAILS:
            raise SystemExit(f"not all were sent through the outbox: {summary}")

    return send


def opened(place: Place) -> Application:
    """Returns the program on an empty folder, with an SMTP and an activity."""
    place.folder.mkdir()
    application = Application(place.folder, vault=ProcessVault())
    application.services.profiles.create(profile_draft(place))
    application.services.activities.create(
        ActivityDraft(name="report", to="{{ address }}", subject="Report for {{ name }}", text=TEMPLATE)
    )
    return application


def profile_draft(place: Place) -> ProfileDraft:
    return ProfileDraft(
        name="relay",
        host_name="127.0.0.1",
        smtp_port=str(place.port),
        tls=True,
        trusted_ca_pem=place.ca_pem,
        auth_required=False,
        from_address="me@company.example",
        is_default=True,
    )


def connector_of(application: Application) -> TransportConnector:
    """Returns a connector as the program's own."""
    return TransportConnector(Transports(SqlitePipeliningDenylist(application.database, SystemClock().now)))


def courier_of(application: Application) -> Courier:
    """Returns a courier as the program's own, but with one connection."""
    context = CourierContext(
        store=SqliteOutbox(application.database),
        profiles=SqliteProfiles(application.database),
        health=SqliteHealth(application.database),
        access=application.services.server_access,
        connector=connector_of(application),
        adviser=application.services.adviser,
        clock=SystemClock(),
        events=NoListeners(),
        policy=RetryPolicy(),
        jitter=lambda: 0.5,
        courier_id=CourierId("bulk"),
    )
    return Courier(context, application.services.tester, connections=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    prepare: Callable[[Place], Callable[[], None]]
    least: float = 0.0  # times as many mails a second as the first case


CASES = (
    Case(name="smtplib, EmailMessage", prepare=by_smtplib),
    Case(name="template over a line", prepare=by_line, least=6.0),
    Case(name="template through the outbox", prepare=by_outbox, least=3.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a mail took: seconds, and seconds of this process's processor time."""

    wall_s: float
    cpu_s: float


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, str]]:
    """Gives the port of a server, and the certificate of who vouches for it."""
    ca = trustme.CA()
    ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    command = [sys.executable, "-c", SERVER, str(folder / "server.pem")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else 0), ca.cert_pem.bytes().decode()
        finally:
            process.terminate()


def measured() -> dict[str, list[Taken]]:
    """Returns what each round took by case; they take turns, after a round that does not count."""
    taken: dict[str, list[Taken]] = {case.name: [] for case in CASES}
    with tempfile.TemporaryDirectory() as name, server(Path(name)) as (port, ca_pem):
        for number in range(ROUNDS + 1):
            for place, case in enumerate(CASES):
                customers = [
                    {"name": f"Customer {mail}", "address": f"customer.{number}.{place}.{mail}@company.example"}
                    for mail in range(MAILS)
                ]
                folder = Path(name) / f"{number}-{place}"
                send = case.prepare(Place(port=port, ca_pem=ca_pem, folder=folder, customers=customers))
                wall_s, cpu_s = time.perf_counter(), time.process_time()
                send()
                if number:
                    taken[case.name].append(
                        Taken(
                            wall_s=(time.perf_counter() - wall_s) / MAILS, cpu_s=(time.process_time() - cpu_s) / MAILS
                        )
                    )
    return taken


def main() -> int:
    print(
        f"Python {sys.version.split()[0]} on {sys.platform}, {MAILS} mails of {len(TEXT):,} bytes, median of {ROUNDS}"
    )
    print(f"{'mails per second':<30}{'median':>8}{'least':>8}{'most':>8}{'CPU ms':>8}{'ratio':>7}{'at least':>10}")
    table = measured()
    bare = [each.wall_s for each in table[CASES[0].name]]
    ok = True
    for case in CASES:
        taken = table[case.name]
        per_second = [1 / each.wall_s for each in taken]
        ratio = median(beside / each.wall_s for beside, each in zip(bare, taken, strict=True))
        numbers = "".join(f"{number:>8,.0f}" for number in (median(per_second), min(per_second), max(per_second)))
        cpu = f"{1000 * median(each.cpu_s for each in taken):>8.2f}"
        ok &= ratio >= case.least
        limit = f"{case.least:>6.0f} {'yes' if ratio >= case.least else 'NO'}" if case.least else ""
        print(f"{case.name:<30}{numbers}{cpu}{ratio:>7.2f}{limit}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
