"""The contracts of the small ports: Clock, Preferences, PipeliningDenylist, Events, InboxServer."""

import socket
from datetime import UTC, timedelta

import pytest

from smtp_desktop.domain.errors import PortTaken
from smtp_desktop.domain.events import MailReceived
from smtp_desktop.services.ports import Clock, InboxServer, Preferences
from smtp_desktop.transports.smtp.context import PipeliningDenylist


class ClockContract:
    def test_the_moment_is_aware_utc(self, clock: Clock):
        assert clock.now().utcoffset() == timedelta(0)
        assert clock.now().tzinfo is UTC


class PreferencesContract:
    def test_starts_empty(self, preferences: Preferences):
        assert preferences.all() == {}

    def test_keeps_and_replaces(self, preferences: Preferences):
        preferences.put("a", "1")
        preferences.put("b", "ü 🎉\n")
        preferences.put("a", "2")
        assert preferences.all() == {"a": "2", "b": "ü 🎉\n"}

    def test_what_was_given_out_is_a_copy(self, preferences: Preferences):
        preferences.all()["a"] = "1"
        assert preferences.all() == {}


class PipeliningDenylistContract:
    """The fixture `clock` gives the clock of `pipelining_denylist`: its `moment` can be set."""

    def test_starts_empty(self, pipelining_denylist: PipeliningDenylist):
        assert not pipelining_denylist.has("mail.example", 25)

    def test_has_what_broke_by_host_and_port(self, pipelining_denylist: PipeliningDenylist):
        pipelining_denylist.add("mail.example", 25)
        assert pipelining_denylist.has("mail.example", 25)
        assert not pipelining_denylist.has("mail.example", 587)
        assert not pipelining_denylist.has("other.example", 25)

    def test_forgets_it_after_30_days(self, pipelining_denylist: PipeliningDenylist, clock):
        pipelining_denylist.add("mail.example", 25)
        clock.moment += timedelta(days=30, microseconds=-1)
        assert pipelining_denylist.has("mail.example", 25)
        clock.moment += timedelta(microseconds=1)
        assert not pipelining_denylist.has("mail.example", 25)

    def test_begins_to_count_anew_when_it_breaks_again(self, pipelining_denylist: PipeliningDenylist, clock):
        pipelining_denylist.add("mail.example", 25)
        clock.moment += timedelta(days=20)
        pipelining_denylist.add("mail.example", 25)
        clock.moment += timedelta(days=20)
        assert pipelining_denylist.has("mail.example", 25)

    def test_a_clock_that_was_set_back_forgets_nothing(self, pipelining_denylist: PipeliningDenylist, clock):
        pipelining_denylist.add("mail.example", 25)
        clock.moment -= timedelta(days=365)
        assert pipelining_denylist.has("mail.example", 25)


class EventsContract:
    """The fixture `publisher` gives a publisher and a function that returns what its listeners have received."""

    def test_what_is_published_is_heard_in_order(self, publisher):
        events, listened = publisher
        sent = [MailReceived(count=number) for number in range(3)]
        for event in sent:
            events.publish(event)
        assert listened(3) == sent


class InboxServerContract:
    """The fixture `inbox` gives a server that was not started, and closes it in the end."""

    def test_has_no_ca_before_it_starts(self, inbox: InboxServer):
        assert inbox.ca_pem == ""
        assert inbox.user_name
        assert inbox.password

    def test_starting_again_changes_nothing(self, inbox: InboxServer):
        port = inbox.start(0)
        ca_pem = inbox.ca_pem
        assert port > 0
        assert ca_pem
        assert inbox.start(0) == port
        assert inbox.ca_pem == ca_pem

    def test_a_taken_port_is_refused_and_another_one_works(self, inbox: InboxServer, taken_port: int):
        with pytest.raises(PortTaken):
            inbox.start(taken_port)
        assert inbox.start(0) != taken_port


@pytest.fixture
def taken_port():
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]
