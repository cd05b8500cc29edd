"""How long it takes to check 200 SMTPs whose servers take a second each to greet, beside one of them alone; and how
long 200 threads of smtplib take that only connect, sign in and leave. Prints a table; exits 1 where 200 take longer
than they may. Needs the project's environment with its development packages (trustme), and nothing of Debian's."""

import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median

import trustme

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.draft import ProfileDraft
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.profile import ProfileId
from smtp_desktop.domain.secret import Secret
from smtp_desktop.parts import Parts, Unheard, build
from smtp_desktop.services.rounds import Outcome
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 7
SERVERS = 200
MOST = {False: 1.3, True: 1.35}  # with STARTTLS: 200 handshakes on both sides come on top
USER, PASSWORD = "me@company.example", "sesame"

# A process of its own, so that it takes little from whoever checks. Every port is a server of its own, on a thread.
SERVER = """
import socket, ssl, sys, threading, time

def serve(listener):
    while True:
        sock, _ = listener.accept()
        try:
            talk(sock)
        except OSError:
            pass
        sock.close()

def talk(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    offers = b"STARTTLS" if context else b"AUTH PLAIN"
    time.sleep(1)
    sock.sendall(b"220 slow.test ESMTP\\r\\n")
    while line := sock.recv(4096):
        verb = line[:4].upper()
        if verb == b"EHLO":
            sock.sendall(b"250-slow.test\\r\\n250 " + offers + b"\\r\\n")
        elif verb == b"STAR":
            sock.sendall(b"220 go ahead\\r\\n")
            sock = context.wrap_socket(sock, server_side=True)
            offers = b"AUTH PLAIN"
        elif verb == b"AUTH":
            sock.sendall(b"235 2.7.0 welcome\\r\\n")
        elif verb == b"QUIT":
            sock.sendall(b"221 bye\\r\\n")
            break
        else:
            sock.sendall(b"250 OK\\r\\n")
    sock.close()

context = None
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
for listener in listeners:
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
print(*(listener.getsockname()[1] for listener in listeners), flush=True)
threading.Event().wait()
"""


def check(parts: Parts, wanted: list[ProfileId]) -> None:
    """Returns when every result is on the disk."""
    failed: list[str] = []

    def on_end(_: ProfileId, outcome: Outcome) -> None:
        if isinstance(outcome, SmtpDesktopError) or not outcome.timeline.ok:
            failed.append(str(outcome))

    parts.rounds.run(wanted, cancel=Cancel(), on_end=on_end)
    if failed:
        raise SystemExit(f"{len(failed)} did not work, the first: {failed[0]}")


def sign_in_by_smtplib(port: int, context: ssl.SSLContext | None) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
        if context:
            client.starttls(context=context)
        client.login(USER, PASSWORD)


def seconds_of(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measured(*, tls: bool) -> dict[str, list[float]]:
    """Returns the seconds of each round by case; they take turns, after one that does not count: the first
    conversation with a server also finds out how it speaks TLS."""
    ca = trustme.CA()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [sys.executable, "-c", SERVER, str(SERVERS)]
        if tls:
            ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
            arguments.append(str(folder / "server.pem"))
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as server:
            try:
                ports = (server.stdout.readline() if server.stdout else "").split()
                return rounds_on(folder / "home", ports, ca.cert_pem.bytes().decode() if tls else "")
            finally:
                server.terminate()


def rounds_on(home: Path, ports: list[str], ca_pem: str) -> dict[str, list[float]]:
    """Returns the seconds of each round by case, as `measured` does."""
    home.mkdir()
    context = ssl.create_default_context(cadata=ca_pem) if ca_pem else None
    with closing(build(home, events=Unheard(), vault=ProcessVault())) as parts, ThreadPoolExecutor(SERVERS) as threads:
        ids = [parts.profiles.create(profile_on(port, ca_pem)).id for port in ports]

        def by_smtplib() -> None:
            list(threads.map(lambda port: sign_in_by_smtplib(int(port), context), ports))

        cases: dict[str, Callable[[], None]] = {
            "one alone": lambda: check(parts, ids[:1]),
            f"all {SERVERS}": lambda: check(parts, ids),
            f"{SERVERS} threads of smtplib": by_smtplib,
        }
        taken: dict[str, list[float]] = {name: [] for name in cases}
        for number in range(ROUNDS + 1):
            for name, work in cases.items():
                seconds = seconds_of(work)
                if number:
                    taken[name].append(seconds)
    return taken


def profile_on(port: str, ca_pem: str) -> ProfileDraft:
    return ProfileDraft(
        name=f"relay_{port}",
        host_name="127.0.0.1",
        smtp_port=port,
        tls=bool(ca_pem),
        trusted_ca_pem=ca_pem,
        user_name=USER,
        password=Secret(PASSWORD),
    )


def main() -> int:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {SERVERS} servers that wait a second, {ROUNDS} rounds")
    print(f"{'seconds':<34}{'median':>9}{'least':>9}{'most':>9}{'of one alone':>14}{'limit':>9}")
    kept = True
    for tls in (False, True):
        table = measured(tls=tls)
        alone, together, _ = table.values()
        for name, taken in table.items():
            ratio = median(taken) / median(alone)
            numbers = "".join(f"{number:>9.2f}" for number in (median(taken), min(taken), max(taken)))
            limit = f"{MOST[tls]:>9}{' yes' if ratio <= MOST[tls] else ' NO'}" if taken is together else ""
            print(f"{f'{name}, STARTTLS' if tls else f'{name}, no TLS':<34}{numbers}{ratio:>14.2f}{limit}")
        kept = kept and median(together) / median(alone) <= MOST[tls]
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
