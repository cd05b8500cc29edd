"""How long it takes to check 200 SMTPs whose servers take a second each to greet, beside one of them alone. Prints a
table; fails where the 200 take more than 1.3 times as long. With TLS, 200 handshakes on both sides come on top."""

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import trustme

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.draft import ProfileDraft
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.profile import ProfileId
from smtp_desktop.domain.secret import Secret
from smtp_desktop.parts import Parts, build
from smtp_desktop.services.rounds import Outcome
from smtp_desktop.vault.memory import ProcessVault

ROUNDS = 5
SERVERS = 200
MOST = 1.3

# A process of its own, so that it takes no time from whoever checks. Every port is a server of its own; with a
# certificate it speaks TLS at once. The second is waited for before the greeting.
SERVER = """
import asyncio, ssl, sys

async def serve(reader, writer):
    await asyncio.sleep(1)
    writer.write(b"220 slow.test ESMTP\\r\\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"EHLO":
            writer.write(b"250-slow.test\\r\\n250 AUTH PLAIN\\r\\n")
        elif verb == b"AUTH":
            writer.write(b"235 2.7.0 welcome\\r\\n")
        elif verb == b"QUIT":
            writer.write(b"221 bye\\r\\n")
            break
        else:
            writer.write(b"250 OK\\r\\n")
    writer.close()

async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2])
    servers = [
        await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512, ssl=context) for _ in range(int(sys.argv[1]))
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Unheard:
    """Takes events where nobody listens."""

    def publish(self, event: object) -> None:
        """Does nothing."""


def seconds_of(parts: Parts, wanted: list[ProfileId]) -> float:
    """Returns how long a round takes, from the call until every result is on the disk."""
    failed: list[str] = []

    def on_end(_: ProfileId, outcome: Outcome) -> None:
        if isinstance(outcome, SmtpDesktopError) or not outcome.timeline.ok:
            failed.append(str(outcome))

    started = time.perf_counter()
    parts.rounds.run(wanted, cancel=Cancel(), on_end=on_end)
    seconds = time.perf_counter() - started
    if failed:
        raise SystemExit(f"{len(failed)} did not work, the first: {failed[0]}")
    return seconds


def measured(*, tls: bool) -> tuple[list[float], list[float]]:
    """Returns the seconds of one SMTP alone and of all, of each round; they take turns, after one that does not
    count: the first conversation with a server also finds out how it speaks TLS."""
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


def rounds_on(home: Path, ports: list[str], ca_pem: str) -> tuple[list[float], list[float]]:
    """Returns the seconds of each round, as `measured` does."""
    alone, together = [], []
    home.mkdir()
    with closing(build(home, events=Unheard(), vault=ProcessVault())) as parts:
        ids = [
            parts.profiles.create(
                ProfileDraft(
                    name=f"relay_{port}",
                    host_name="127.0.0.1",
                    smtp_port=port,
                    tls=bool(ca_pem),
                    trusted_ca_pem=ca_pem,
                    user_name="me@company.example",
                    password=Secret("sesame"),
                )
            ).id
            for port in ports
        ]
        for number in range(ROUNDS + 1):
            one, all_of_them = seconds_of(parts, ids[:1]), seconds_of(parts, ids)
            if number:
                alone.append(one)
                together.append(all_of_them)
    return alone, together


def main() -> int:
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {SERVERS} servers that wait a second, {ROUNDS} rounds")
    print(f"{'seconds':<24}{'median':>9}{'least':>9}{'most':>9}{'of one alone':>14}")
    ratios: dict[bool, float] = {}
    for tls in (False, True):
        alone, together = measured(tls=tls)
        word = "TLS" if tls else "no TLS"
        for what, taken in ((f"one alone, {word}", alone), (f"all {SERVERS}, {word}", together)):
            ratio = median(taken) / median(alone)
            numbers = "".join(f"{number:>9.2f}" for number in (median(taken), min(taken), max(taken)))
            print(f"{what:<24}{numbers}{ratio:>14.2f}")
            ratios[tls] = ratio
    kept = ratios[False] <= MOST
    print(f"without TLS at most {MOST} times: {'yes' if kept else 'NO'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
