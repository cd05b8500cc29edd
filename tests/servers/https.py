"""An HTTPS server that records what it receives, and misbehaves on demand.

with HttpsServer(authority) as server:
    server.answer_next("/token", Answer(status=503), Drop(after_work=True))
    ...  # speak to server.url
assert server.calls[0].path == "/token"
"""

import io
import json
import socket
import ssl
import struct
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import cast

from servers.certificates import Authority
from servers.https_calls import Answer, Call, Drop, Garbage, Half, Hang, Headers, Pieces, Reply, Scripted
from servers.listener import Listener, hang_up

_PIECE_BYTES = 3


class HttpsServer(Listener):
    """Answers HTTP/1.1 with keep-alive on a free loopback port, with what was scripted, else with what `handle`
    returns, which subclasses override. Handles one request at a time. With `tls=None` it serves HTTP without TLS."""

    def __init__(self, tls: Authority | ssl.SSLContext | None) -> None:
        super().__init__(tls.context() if isinstance(tls, Authority) else tls)
        self.calls: list[Call] = []
        self.silent = threading.Event()
        self._scripted: list[tuple[str, list[Scripted]]] = []
        self._lock = threading.RLock()

    @property
    def url(self) -> str:
        """The address without a path, and without a slash at its end."""
        return f"http{'' if self._context is None else 's'}://127.0.0.1:{self.port}"

    def answer_next(self, path_part: str, *answers: Scripted) -> None:
        """Gives `answers`, one each and in this order, to the next requests whose path contains `path_part`."""
        with self._lock:
            self._scripted.append((path_part, list(answers)))

    def drop_next(self, path_part: str, *, after_work: bool = False) -> None:
        """Reads the next request whose path contains `path_part` and does not answer it. With `after_work` it has its
        effect."""
        self.answer_next(path_part, Drop(after_work=after_work))

    def calls_to(self, path_part: str) -> list[Call]:
        """Returns the requests so far whose path contains `path_part`."""
        return [call for call in self.calls if path_part in call.path]

    def handle(self, call: Call) -> Answer:
        """Carries out `call` and returns the answer."""
        return Answer(status=404, error=("NotFound", "nothing is here"))

    def render(self, call: Call, answer: Answer) -> Answer:
        """Returns `answer` with the server's own headers and with its `error` as a body."""
        if answer.error is None:
            return answer
        return replace(answer, json={"error": {"code": answer.error[0], "message": answer.error[1]}}, error=None)

    def serve(self, sock: socket.socket) -> None:
        """Serves one connection to its end."""
        _Connection(sock, sock.getpeername(), self)  # type: ignore[arg-type] # only its own methods use the server

    def next_scripted(self, path: str) -> Scripted | None:
        """Takes the first scripted answer for `path`."""
        with self._lock:
            for path_part, answers in self._scripted:
                if path_part in path and answers:
                    return answers.pop(0)
            return None

    def reply_to(self, call: Call, scripted: Scripted | None) -> tuple[Reply, Answer | None]:
        """Carries the request out, if it is to be, and returns what to do with which answer."""
        with self._lock:
            self.calls.append(call)
            reply = scripted(call) if callable(scripted) else scripted
            match reply:
                case None | Drop(after_work=True) | Hang(after_work=True) | Half(answer=None) | Pieces(answer=None):
                    answer = self.render(call, self.handle(call))
                    return reply or answer, answer
                case Answer() as answer:
                    return answer, self.render(call, answer)
                case Half(answer=Answer() as answer) | Pieces(answer=Answer() as answer):
                    return reply, self.render(call, answer)
                case _:
                    return reply, None


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def serve(self) -> None:
        server = cast(HttpsServer, self.server)
        path, _, query_text = self.path.partition("?")
        scripted = server.next_scripted(path)
        if isinstance(scripted, Drop) and scripted.before_body:
            body: bytes | None = b""
        else:
            body = self._body()
        if body is None:
            return
        call = Call(
            method=self.command,
            path=path,
            query_text=query_text,
            headers=Headers(dict(self.headers.items())),
            body=body,
            at_s=time.monotonic(),
        )
        try:
            reply, answer = server.reply_to(call, scripted)
        except BaseException:  # a bug of the server or of a test's script must not keep its client waiting
            self._send(Answer(status=500, body=b"the test server is broken"))
            raise
        self._act(reply, answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Logs nothing: tests look at `calls`."""

    def _body(self) -> bytes | None:
        """Returns the whole body, or None if the request states no length, which is refused."""
        length = self.headers.get("Content-Length", "0" if self.command in ("GET", "HEAD", "DELETE") else "")
        if not length.isdigit() or "Transfer-Encoding" in self.headers:
            self._send(Answer(status=411, headers={"Connection": "close"}))
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionAbortedError
        return body

    def _act(self, reply: Reply, answer: Answer | None) -> None:
        match reply:
            case Drop():
                self._close(reset=reply.reset)
            case Garbage():
                self.wfile.write(reply.data)
                self._close()
            case Hang():
                self._hang()
            case Half():
                assert answer is not None
                self._send(answer, half=True)
                self._close()
            case Pieces():
                assert answer is not None
                self._send_in_pieces(answer)
            case Answer():
                assert answer is not None
                self._send(answer)

    def _send_in_pieces(self, answer: Answer) -> None:
        wire, self.wfile = self.wfile, io.BytesIO()
        self._send(answer)
        whole, self.wfile = self.wfile.getvalue(), wire
        for at in range(0, len(whole), _PIECE_BYTES):
            self.wfile.write(whole[at : at + _PIECE_BYTES])

    def _send(self, answer: Answer, *, half: bool = False) -> None:
        body = answer.body if answer.json is None else json.dumps(answer.json).encode()
        if half and not body:
            self.wfile.write(f"HTTP/1.1 {answer.status}".encode()[:-1])
            return
        self.send_response(answer.status)
        headers = Headers(answer.headers)
        if body and "Content-Type" not in headers:
            kind = "text/plain" if answer.json is None else "application/json; charset=utf-8"
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != 204:  # RFC 9110 8.6: no length with 204
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if half else body)

    def _hang(self) -> None:
        cast(HttpsServer, self.server).silent.set()
        self.connection.settimeout(None)
        self.close_connection = True
        self.rfile.read(1)

    def _close(self, *, reset: bool = False) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            hang_up(self.connection)
