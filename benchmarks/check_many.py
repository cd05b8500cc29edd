"""The time that a check of 200 SMTPs takes, whose servers greet after a second, compared with a check of one: as whole
processes (`smtp-desktop smtp check`), and inside a running process. Also the time of 200 threads of smtplib that only
connect, sign in and quit. Prints a table; exits 1 if 200 take longer than the limit. Needs the project's environment
with its development packages (trustme), and no Debian package."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

import trustme

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.data_folder import VAULT_FILE
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import CheckOutcome
from smtp_desktop.services.services import Services
from smtp_desktop.vault.memory import ProcessVault
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.sealed_format import Argon2Cost

ROUNDS = 7
SERVERS = 200
MOST = {False: 1.3, True: 1.35}  # with STARTTLS: 200 handshakes on both sides come on top
USER, PASSWORD = "me@company.example", "sesame"
MASTER = "the master password"
PROGRAM = shutil.which("smtp-desktop", path=Path(sys.executable).parent) or "smtp-desktop"

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


# Its arguments: a file with the CA, or nothing; then the ports.
SMTPLIB = f"""
import smtplib, ssl, sys
from concurrent.futures import ThreadPoolExecutor

def sign_in(port):
    with smtplib.SMTP("127.0.0.1", int(port), local_hostname="client.test") as client:
        if context:
            client.starttls(context=context)
        client.login({USER!r}, {PASSWORD!r})

ca, *ports = sys.argv[1:]
context = ssl.create_default_context(cafile=ca) if ca else None
with ThreadPoolExecutor(len(ports)) as threads:
    list(threads.map(sign_in, ports))
"""


def check(services: Services, wanted: list[ProfileId]) -> None:
    """Returns when every result is on the disk."""
    failed: list[str] = []

    def on_end(_: ProfileId, outcome: CheckOutcome) -> None:
        if isinstance(outcome, SmtpDesktopError) or not outcome.timeline.ok:
            failed.append(str(outcome))

    services.bulk_check.run(wanted, cancel=Cancel(), on_end=on_end)
    if failed:
        raise SystemExit(f"{len(failed)} did not work, the first: {failed[0]}")


def run(*command: str, home: Path) -> None:
    """The process has ended, and well."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "SMTP_DESKTOP_HOME": str(home),
        "SMTP_DESKTOP_VAULT_PASSWORD": MASTER,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",  # no SMTP of the benchmark in anybody's keyring
    }
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


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
        ca_file = folder / "ca.pem"
        if tls:
            ca.cert_pem.write_to_path(ca_file)
            ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
            arguments.append(str(folder / "server.pem"))
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as server:
            try:
                ports = (server.stdout.readline() if server.stdout else "").split()
                return rounds_on(folder, ports, ca_file if tls else None)
            finally:
                server.terminate()


def rounds_on(folder: Path, ports: Sequence[str], ca: Path | None) -> dict[str, list[float]]:
    """Returns the seconds of each round by case, as `measured` does."""
    ca_pem = ca.read_text() if ca else ""
    home = folder / "home"
    home.mkdir()
    # A cheap lock: the usual one takes 0.1 s to open, for one SMTP as for 200.
    EncryptedFileVault(home / VAULT_FILE, cost=Argon2Cost(memory_kib=64, iterations=1)).unlock(Secret(MASTER))
    with closing(Application(home)) as application:
        application.services.unlock(Secret(MASTER))
        names = [application.services.profiles.create(profile_on(port, ca_pem)).name for port in ports]
    (folder / "inside").mkdir()
    by_smtplib = (sys.executable, "-c", SMTPLIB, str(ca or ""))
    with closing(Application(folder / "inside", vault=ProcessVault())) as application:
        ids = [application.services.profiles.create(profile_on(port, ca_pem)).id for port in ports]
        cases: dict[str, Callable[[], None]] = {
            "smtp check, one": lambda: run(PROGRAM, "smtp", "check", names[0], home=home),
            f"smtp check, all {SERVERS}": lambda: run(PROGRAM, "smtp", "check", "--all", home=home),
            "smtplib, one": lambda: run(*by_smtplib, ports[0], home=home),
            f"smtplib, {SERVERS} threads": lambda: run(*by_smtplib, *ports, home=home),
            "inside a process, one": lambda: check(application.services, ids[:1]),
            f"inside a process, all {SERVERS}": lambda: check(application.services, ids),
        }
        taken: dict[str, list[float]] = {name: [] for name in cases}
        for number in range(ROUNDS + 1):
            for name, work in cases.items():
                seconds = seconds_of(work)
                if number:
                    taken[name].append(seconds)
    refuse_lost(home)
    refuse_lost(folder / "inside")
    return taken


def refuse_lost(home: Path) -> None:
    """Every check left its result on the disk."""
    with closing(Application(home, vault=ProcessVault())) as application:
        counts = sorted(len(results) for results in application.services.tester.history(2 * (ROUNDS + 1)).values())
    # The first SMTP was also checked alone.
    if counts != [*[ROUNDS + 1] * (SERVERS - 1), 2 * (ROUNDS + 1)]:
        raise SystemExit(f"results are missing: {counts}")


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
    print(f"{'seconds':<38}{'median':>9}{'least':>9}{'most':>9}{'of one':>9}{'limit':>9}")
    kept = True
    for tls in (False, True):
        table = list(measured(tls=tls).items())
        for one, together in zip(table[::2], table[1::2], strict=True):
            for name, taken in (one, together):
                ratio, limit = median(taken) / median(one[1]), ""
                if name == together[0] and "smtplib" not in name:
                    limit = f"{MOST[tls]:>9}{' yes' if ratio <= MOST[tls] else ' NO'}"
                    kept = kept and ratio <= MOST[tls]
                numbers = "".join(f"{number:>9.2f}" for number in (median(taken), min(taken), max(taken)))
                print(f"{f'{name}, STARTTLS' if tls else f'{name}, no TLS':<38}{numbers}{ratio:>9.2f}{limit}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
