"""Waiting for sockets: one waiter for several operations."""

import socket
from contextlib import closing

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.transports.deadline import READ, Deadline, Waiter
from smtp_desktop.transports.session_error import SessionError


@pytest.fixture
def waiter():
    with closing(Waiter()) as waiter:
        yield waiter


def ready(deadline, sock, *, limit_s=30.0):
    return deadline.wait({sock: READ}, until_s=deadline.now_s + limit_s)


def test_a_waiter_serves_one_operation_after_the_other_over_other_sockets(waiter):
    for _ in range(3):  # the number of a closed socket is given to the next one
        ours, theirs = socket.socketpair()
        with closing(ours), closing(theirs), Deadline(Cancel(), deadline_s=30, waiter=waiter) as deadline:
            assert ready(deadline, ours, limit_s=0) == {}
            theirs.send(b"220 hello")
            assert ready(deadline, ours) == {ours: READ}


def test_a_late_wake_of_the_operation_before_ends_no_other_operation(waiter):
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        with Deadline(Cancel(), deadline_s=30, waiter=waiter) as before:
            pass
        before.wake()
        with Deadline(Cancel(), deadline_s=30, waiter=waiter) as deadline:
            assert ready(deadline, ours) == {}
            theirs.send(b"220 hello")
            assert ready(deadline, ours) == {ours: READ}


def test_a_cancel_ends_the_wait_of_each_operation(waiter):
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        for _ in range(2):
            cancel = Cancel()
            with Deadline(cancel, deadline_s=30, waiter=waiter) as deadline:
                cancel.request()
                with pytest.raises(SessionError, match="Canceled"):
                    ready(deadline, ours)


def test_an_operation_closes_only_a_waiter_of_its_own(waiter):
    with Deadline(Cancel(), deadline_s=30, waiter=waiter):
        pass
    waiter.wake()
    assert waiter.wait({}, limit_s=30) == {}
    waiter.close()
    waiter.wake()
    with Deadline(Cancel(), deadline_s=30) as own:
        pass
    own.wake()
