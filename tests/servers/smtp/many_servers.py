"""Many mail servers in a process of its own, which greet only once somebody is connected to every one of them.

with ManyServers(200) as servers:
    ...  # sign in at 127.0.0.1, each of servers.ports, without TLS
assert servers.sign_ins == dict.fromkeys(servers.ports, 1)
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from functools import partial
from types import TracebackType

_PATIENCE_S = 30.0  # ends a broken test, not a passing one


class ManyServers:
    """`sign_ins` are the AUTH commands that each port got; known once it has ended."""

    def __init__(self, count: int) -> None:
        self.ports: list[int] = []
        self.sign_ins: dict[int, int] = {}
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "ManyServers":
        assert self._process.stdout is not None
        self.ports = json.loads(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process:
            said, _ = self._process.communicate("", timeout=_PATIENCE_S)
        self.sign_ins = {int(port): number for port, number in json.loads(said).items()}


class _Servers:
    def __init__(self, count: int) -> None:
        self._missing = set(range(count))
        self._all_there = asyncio.Event()
        self.sign_ins: Counter[int] = Counter()

    async def open(self) -> list[int]:
        servers = [
            await asyncio.start_server(partial(self._serve, number), "127.0.0.1", 0) for number in sorted(self._missing)
        ]
        return [server.sockets[0].getsockname()[1] for server in servers]

    async def _serve(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._missing.discard(number)
        if not self._missing:
            self._all_there.set()
        await self._all_there.wait()
        writer.write(b"220 many.test ESMTP\r\n")
        port = writer.get_extra_info("sockname")[1]
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"AUTH":
                self.sign_ins[port] += 1
            answers = {b"EHLO": b"250-many.test\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 2.7.0 welcome\r\n"}
            writer.write(answers.get(verb, b"250 2.0.0 OK\r\n"))
            if verb == b"QUIT":
                break
        writer.close()


async def _main(count: int) -> None:
    servers = _Servers(count)
    print(json.dumps(await servers.open()), flush=True)  # noqa: T201 - to the test
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps(servers.sign_ins), flush=True)  # noqa: T201 - to the test


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
