"""The bytes of one connection, and when they are sent."""

import socket
from collections.abc import Iterator

import pytest

from smtp_desktop.transports.net.tls import unverified_context
from smtp_desktop.transports.smtp.channel import Channel

HANDSHAKE = 0x16  # RFC 8446 5.1


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    """A channel with a handshake prepared, and the server's end of it."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(30)
    with theirs:
        channel = Channel(ours)
        channel.prepare_tls(unverified_context(), "mail.example")
        yield channel, theirs
        channel.close()


def test_a_prepared_handshake_that_never_begins_sends_nothing(ends: tuple[Channel, socket.socket]) -> None:
    channel, server = ends
    channel.queue(b"QUIT\r\n")
    channel.flush()
    channel.close()
    assert server.recv(4096) == b"QUIT\r\n"
    assert server.recv(4096) == b""


def test_a_prepared_handshake_begins_when_it_is_time(ends: tuple[Channel, socket.socket]) -> None:
    channel, server = ends
    channel.queue(b"STARTTLS\r\n")
    channel.flush()
    assert server.recv(4096) == b"STARTTLS\r\n"
    channel.start_tls(unverified_context(), "mail.example")
    channel.flush()
    assert server.recv(4096)[0] == HANDSHAKE
