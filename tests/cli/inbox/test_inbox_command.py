"""smtp-desktop inbox"""

import signal
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli.command_line import CommandLine

from smtp_desktop.cli.inbox.inbox import demo_lines
from smtp_desktop.services.services import Services

MESSAGE = "From: Ann <ann@company.example>\r\nTo: bob@company.example\r\nSubject: Hello\r\n\r\nBob.\r\n"


class Client:
    """Sends messages to the inbox of a command as soon as that listens, from a thread of its own."""

    def __init__(self, smtp_desktop: CommandLine) -> None:
        self.port = 0
        self._threads: list[threading.Thread] = []
        self._smtp_desktop = smtp_desktop

    def does(self, action: Callable[[int], object]) -> None:
        """Calls `action` with the port that the next command listens on."""

        def watch(services: Services) -> None:
            server: Any = services.inbox_server
            start = server.start

            def started(port: int = 0, **options: bool) -> int:
                listening: int = start(port, **options)
                self.port = listening
                thread = threading.Thread(target=action, args=(listening,))
                self._threads.append(thread)
                thread.start()
                return listening

            server.start = started

        self._smtp_desktop.when_opened = watch

    def join(self) -> None:
        for thread in self._threads:
            thread.join(20)


@pytest.fixture
def client(smtp_desktop: CommandLine) -> Iterator[Client]:
    made = Client(smtp_desktop)
    yield made
    made.join()


def send(port: int, *messages: str) -> None:
    with smtplib.SMTP("localhost", port) as connection:
        for message in messages:
            connection.sendmail("ann@company.example", ["bob@company.example"], message)


def test_it_prints_a_line_for_each_message_and_ends_after_as_many_as_asked_for(
    smtp_desktop: CommandLine, client: Client
) -> None:
    client.does(lambda port: send(port, MESSAGE, "Subject: two\r\n lines\r\n\r\n" + "x" * 2_000))
    ran = smtp_desktop("inbox", "--port", "0", "--count", "2")
    first, second = ran.out.splitlines()
    assert ran.code == 0
    assert datetime.fromisoformat(first[:25]).tzinfo is not None
    assert first[25:] == "  Ann <ann@company.example> -> bob@company.example  Hello  82 B"
    assert second[25:] == "  ann@company.example -> bob@company.example  two lines  2.0 kB"
    assert ran.err.splitlines()[0] == (
        f"Listening on localhost, port {client.port}, for this computer only. Ctrl+C ends it."
    )


def test_json_is_one_array_of_all_messages(smtp_desktop: CommandLine, client: Client) -> None:
    client.does(lambda port: send(port, MESSAGE))
    ran = smtp_desktop("inbox", "--port", "0", "--count", "1", "--json")
    (message,) = ran.json
    assert message.pop("received_at").endswith("Z")
    assert message == {
        "id": 1,
        "sender": "ann@company.example",
        "from": "Ann <ann@company.example>",
        "to": ["bob@company.example"],
        "subject": "Hello",
        "size_bytes": 82,
    }


def test_it_ends_when_its_time_is_over(smtp_desktop: CommandLine) -> None:
    assert smtp_desktop("inbox", "--port", "0", "--for", "0", "--json").json == []
    ran = smtp_desktop("inbox", "--port", "0", "--for", "0", "--count", "2")
    assert (ran.code, ran.err.splitlines()[-1]) == (75, "Only 0 of 2 messages arrived within 0 s.")


def test_quiet_prints_no_hints(smtp_desktop: CommandLine) -> None:
    assert smtp_desktop("inbox", "--port", "0", "--for", "0", "--quiet").err == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(smtp_desktop: CommandLine, client: Client, number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def press(port: int) -> None:
        send(port, MESSAGE)
        signal.raise_signal(number)

    client.does(press)
    ran = smtp_desktop("inbox", "--port", "0", "--json")
    assert (ran.code, [one["subject"] for one in ran.json]) == (0, ["Hello"])
    assert signal.getsignal(number) is before


def test_a_port_in_use_is_said_with_the_option_that_chooses_another(smtp_desktop: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = smtp_desktop("inbox", "--port", str(port), "--json")
    assert ran.code == 69
    assert ran.json["error"]["code"] == "port_taken"
    assert ran.json["error"]["message"] == f"Another program uses port {port}. Choose another with --port."


def test_it_prints_the_command_that_makes_an_smtp_which_sends_to_it(smtp_desktop: CommandLine, client: Client) -> None:
    client.does(lambda port: send(port, MESSAGE))
    ran = smtp_desktop("inbox", "--port", "0", "--count", "1")
    smtp_desktop.when_opened = None
    words, command = ran.err.splitlines()[1].split(": smtp-desktop ")
    assert words == "To send to it"
    assert smtp_desktop(*command.split()).code == 0
    assert smtp_desktop("smtp", "show", "Inbox", "--json").json["smtp_port"] == client.port


def test_a_demo_says_what_to_set_in_the_shell_of_the_system() -> None:
    variables = "SMTP_DESKTOP_HOME='/a demo' SMTP_DESKTOP_VAULT_PASSWORD=demo"
    assert demo_lines(Path("/a demo"), windows=False)[1] == f"  export {variables}"
    assert demo_lines(Path("/a demo"), windows=True)[1] == (
        f"  $env:SMTP_DESKTOP_HOME = '{Path('/a demo')}'; $env:SMTP_DESKTOP_VAULT_PASSWORD = 'demo'"
    )
