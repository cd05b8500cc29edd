"""The loopback address that the browser comes back to takes one answer, whatever else is sent to it."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import requests

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.deadline import Deadline, Waiter
from smtp_desktop.transports.oauth.listener import AuthorizationListener, has_ipv6_loopback
from smtp_desktop.transports.oauth.pages import SIGNED_IN, not_signed_in

STATE = "the-state-of-this-sign-in"
PATIENCE_S = 30.0


class Listening:
    """A listener, with what a browser and a person do to it."""

    def __init__(self, listener: AuthorizationListener, waiter: Waiter) -> None:
        self.listener = listener
        self._waiter = waiter
        self.url = f"http://127.0.0.1:{listener.port}/"

    def answer(self) -> dict[str, str]:
        """Returns the answer once it is there."""
        with Deadline(Cancel(), deadline_s=PATIENCE_S, waiter=self._waiter) as deadline:
            while self.listener.answer is None:
                deadline.wait({}, until_s=PATIENCE_S)
        return dict(self.listener.answer)

    def connected(self, data: bytes = b"", *, host: str = "127.0.0.1") -> socket.socket:
        """Returns a connection on which `data` was sent."""
        sock = socket.create_connection((host, self.listener.port), timeout=PATIENCE_S)
        sock.sendall(data)
        return sock

    def said(self, data: bytes) -> bytes:
        """Returns the whole response to `data`."""
        with self.connected(data) as sock:
            return read_all(sock)


def read_all(sock: socket.socket) -> bytes:
    said = b""
    while part := sock.recv(65536):
        said += part
    return said


def get(port: int, query: str, *, host: str = "127.0.0.1") -> bytes:
    return f"GET /?{query} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\n\r\n".encode()


@contextmanager
def listening() -> Iterator[Listening]:
    with closing(Waiter()) as waiter, AuthorizationListener(STATE, on_answer=waiter.wake) as listener:
        yield Listening(listener, waiter)


@pytest.fixture
def there() -> Iterator[Listening]:
    with listening() as found:
        yield found


def test_a_get_is_the_answer_and_the_browser_is_shown_how_it_ended():
    with listening() as there:
        sock = there.connected(get(there.listener.port, f"code=abc%2Fd&state={STATE}"))
        assert there.answer() == {"code": "abc/d", "state": STATE}
        there.listener.show(SIGNED_IN)
    with sock:
        shown = read_all(sock).decode()
    assert shown.startswith("HTTP/1.1 200 OK")
    assert "<h1>Signed in</h1>" in shown
    assert "You can close this tab" in shown
    assert "abc" not in shown
    assert "http" not in shown.partition("\r\n\r\n")[2]  # nothing comes from elsewhere


def test_a_posted_form_is_the_answer(there):
    body = f"code=xyz&state={STATE}".encode()
    head = f"POST / HTTP/1.1\r\nHost: localhost:{there.listener.port}\r\nContent-Length: {len(body)}\r\n"
    sock = there.connected(f"{head}Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\n".encode())
    sock.sendall(body)
    assert there.answer()["code"] == "xyz"
    there.listener.show(not_signed_in(msg("The server said <no>.")))
    with sock:
        shown = read_all(sock).decode()
    assert "<h1>Not signed in</h1><p>The server said &lt;no&gt;.</p>" in shown


def test_an_answer_in_single_bytes_is_taken(there):
    sock = there.connected()
    for byte in get(there.listener.port, f"code=abc&state={STATE}"):
        sock.sendall(bytes((byte,)))
    assert there.answer()["code"] == "abc"
    sock.close()


def test_localhost_is_reached_by_both_families(there):
    for host in ("127.0.0.1", *(("::1",) if has_ipv6_loopback() else ())):
        with there.connected(get(there.listener.port, "x=y", host="localhost"), host=host) as sock:
            assert read_all(sock).startswith(b"HTTP/1.1 400 ")


def test_only_one_answer_is_taken(there):
    first = there.connected(get(there.listener.port, f"code=first&state={STATE}"))
    assert there.answer()["code"] == "first"
    second = there.said(get(there.listener.port, f"code=second&state={STATE}"))
    assert second.startswith(b"HTTP/1.1 409 ")
    assert b"The answer was received before" in second
    assert there.answer()["code"] == "first"
    first.close()


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("code=abc&state=another", "not the one"),
        ("code=abc", "not the one"),
        (f"state={STATE}", "only receives"),
        (f"code=a&code=b&state={STATE}", "only receives"),
        ("&".join(f"f{n}=1" for n in range(60)) + f"&code=a&state={STATE}", "only receives"),
        ("code=%ff%fe&state=%ff", "not the one"),
    ],
)
def test_another_answer_is_refused(there, query, page):
    said = there.said(get(there.listener.port, query)).decode()
    assert said.startswith("HTTP/1.1 400 ")
    assert page in said
    assert there.listener.answer is None


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        ("GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n\r\n", 404),
        ("GET /?code=a&state={state} HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n", 400),
        ("GET /?code=a&state={state} HTTP/1.1\r\n\r\n", 400),
        ("GET http://{host}/?code=a&state={state} HTTP/1.1\r\nHost: {host}\r\n\r\n", 405),
        ("HEAD / HTTP/1.1\r\nHost: {host}\r\n\r\n", 405),
        ("PUT / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n\r\nabc", 405),
        ("OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n", 405),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : {host}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}", 415),
        ("POST / HTTP/1.1\r\nHost: {host}\r\n{form}\r\n\r\n", 411),
        ("POST / HTTP/1.1\r\nHost: {host}\r\n{form}\r\nContent-Length: ²\r\n\r\n", 411),
        ("POST / HTTP/1.1\r\nHost: {host}\r\n{form}\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        ("POST / HTTP/1.1\r\nHost: {host}\r\n{form}\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n", 431),
    ],
)
def test_what_is_no_answer_is_refused(there, request_text, status):
    text = request_text.format(
        host=f"127.0.0.1:{there.listener.port}",
        port=there.listener.port,
        state=STATE,
        form="Content-Type: application/x-www-form-urlencoded",
        long="a" * 100_000,
    )
    assert there.said(text.encode()).startswith(f"HTTP/1.1 {status} ".encode())
    assert there.listener.answer is None


def test_bytes_without_end_are_refused(there):
    with there.connected() as sock, pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as it happens
        sock.sendall(b"a" * 100_000_000)
    assert there.listener.answer is None


def test_connections_that_say_nothing_keep_nobody_out(there):
    silent = [there.connected(b"GET / HT") for _ in range(100)]
    with there.connected(get(there.listener.port, f"code=abc&state={STATE}")) as sock:
        assert there.answer()["code"] == "abc"
        more = [there.connected() for _ in range(100)]
        assert there.said(get(there.listener.port, f"code=b&state={STATE}")).startswith(b"HTTP/1.1 409 ")
        there.listener.show(SIGNED_IN)
        assert b"Signed in" in read_all(sock)
    for one in (*silent, *more):
        one.close()


def test_it_ends_at_once_though_somebody_is_connected():
    with listening() as there:
        sock = there.connected(b"GET / HT")
        port = there.listener.port
        started_s = time.monotonic()
    assert time.monotonic() - started_s < PATIENCE_S / 3  # a connection may take longer than that
    with sock, pytest.raises(OSError):  # noqa: PT011 - of either kind
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()


def test_requests_reads_the_pages(there):
    answer = requests.get(there.url, params={"state": "none", "error": "x"}, timeout=PATIENCE_S)
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
