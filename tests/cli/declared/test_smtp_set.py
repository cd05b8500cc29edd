"""smtp-desktop smtp set"""

import sys

import pytest

from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services

SERVER = ("--host", "smtp.company.example", "--user", "boss@company.example", "--password-stdin")


@pytest.fixture
def command_line(smtp_desktop):
    return smtp_desktop


def set_reports(command_line, *options, password=b"secret\n"):
    ran = command_line("smtp", "set", "Reports", *SERVER, *options, stdin=password)
    assert ran.code == 0, ran.err
    return ran


def test_a_new_one_is_created_and_the_first_is_the_default(command_line):
    document = set_reports(command_line, "--json").json
    assert (document["name"], document["changed"], document["created"]) == ("Reports", True, True)
    assert document["diff"]["host_name"] == {"before": None, "after": "smtp.company.example"}
    assert document["diff"]["password"] == {"before": None, "after": None}
    assert document["smtp"] == command_line("smtp", "show", "Reports", "--json").json
    assert document["smtp"]["is_default"]
    assert set_reports(command_line).out == "Reports: unchanged.\n"


def test_what_is_so_already_is_left_alone(command_line):
    set_reports(command_line)
    before = command_line.vault.secrets.copy()
    document = set_reports(command_line, "--json").json
    assert (document["changed"], document["created"], document["diff"]) == (False, False, {})
    assert command_line.vault.secrets == before


def test_only_what_is_given_is_changed_and_said(command_line):
    set_reports(command_line, "--signature", "Ann\nof the office")
    ran = command_line("smtp", "set", "reports", "--port", "465", "--signature", "Bob\nof the office")
    assert (ran.code, ran.out) == (0, "Reports: changed signature, port 587 → 465.\n")
    shown = command_line("smtp", "show", "Reports", "--json").json
    assert (shown["user_name"], shown["has_password"]) == ("boss@company.example", True)


def test_a_password_counts_as_changed_where_it_is_another_one(command_line):
    set_reports(command_line)
    document = set_reports(command_line, "--json", password=b"new secret\n").json
    assert document["diff"] == {"password": {"before": None, "after": None}}
    assert command_line.secrets() == ["new secret"]
    assert set_reports(command_line, password=b"newer\n").out == "Reports: changed password.\n"


def test_a_password_that_is_gone_from_the_vault_is_stored_again(command_line):
    set_reports(command_line)
    command_line.vault.secrets.clear()
    assert set_reports(command_line).out == "Reports: changed password.\n"
    assert command_line.secrets() == ["secret"]


def test_a_vault_that_cannot_be_read_is_said_and_nothing_is_saved(command_line):
    set_reports(command_line)
    command_line.vault.failure = VaultError(msg("The keyring is broken."))
    ran = command_line("smtp", "set", "Reports", *SERVER, "--port", "465", stdin=b"secret")
    assert ran.code == 78
    assert ran.err == (
        "Error: The stored password of Reports can't be read, so it can't be compared: The keyring is broken.\n"
    )
    command_line.vault.failure = None
    assert command_line("smtp", "show", "Reports", "--json").json["smtp_port"] == 587


def test_another_host_wants_the_password_again(command_line):
    set_reports(command_line)
    ran = command_line("smtp", "set", "Reports", "--host", "other.example", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["password"])
    ran = command_line("smtp", "set", "Reports", "--host", "other.example", "--password-stdin", stdin=b"secret")
    assert ran.out == "Reports: changed host smtp.company.example → other.example, password.\n"
    assert command_line.secrets() == ["secret"]


def test_refused_fields_are_all_said_and_nothing_is_created(command_line):
    ran = command_line("smtp", "set", "Reports", "--host", "a b", "--port", "0", "--no-auth", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["from_address", "host_name", "smtp_port"])
    assert command_line("smtp", "list", "--json").json == []


class Between:
    """Lets another command run each time that a command has looked for the SMTP."""

    def __init__(self, command_line, *others, monkeypatch=None):
        self.command_line, self.others, self.monkeypatch = command_line, list(others), monkeypatch
        command_line.when_opened = self.interrupt

    def interrupt(self, services: Services) -> None:
        find = services.ensurer.find_profile

        def find_and_let_others_write(name, profile_id=None):
            found = find(name, profile_id)
            if self.others:
                self.command_line.when_opened = None
                stdin = sys.stdin
                other = self.command_line(*self.others.pop(0), stdin=b"secret")
                assert other.code == 0, other.err
                if self.monkeypatch:
                    self.monkeypatch.setattr(sys, "stdin", stdin)  # the other command had one of its own
            return found

        services.ensurer.find_profile = find_and_let_others_write


def test_who_comes_second_to_create_it_finds_it_as_it_is(command_line):
    Between(command_line, ("smtp", "set", "Reports", *SERVER))
    assert set_reports(command_line).out == "Reports: unchanged.\n"
    assert command_line.secrets() == ["secret"]


def test_who_loses_a_race_looks_again_and_changes_what_is_left(command_line):
    set_reports(command_line, "--per-hour", "5")
    Between(command_line, ("smtp", "edit", "Reports", "--port", "25"), ("smtp", "edit", "Reports", "--port", "26"))
    ran = command_line("smtp", "set", "Reports", "--port", "465")
    assert (ran.code, ran.out) == (0, "Reports: changed port 26 → 465.\n")


def test_a_new_password_that_another_process_was_first_with_is_unchanged(command_line):
    set_reports(command_line, password=b"old\n")
    Between(command_line, ("smtp", "edit", "Reports", "--password-stdin"))
    assert set_reports(command_line).out == "Reports: unchanged.\n"
    assert command_line.secrets() == ["secret"]


def test_a_missing_password_is_asked_for_once(command_line, monkeypatch):
    asked = []
    monkeypatch.setattr("smtp_desktop.cli.options.smtp.ask", lambda field: asked.append(field) or Secret("typed"))
    Between(command_line, ("smtp", "set", "Reports", *SERVER, "--port", "25"), monkeypatch=monkeypatch)
    ran = command_line("smtp", "set", "Reports", *SERVER[:-1], "--port", "465", at_terminal=True)
    assert (ran.code, asked) == (0, ["password"])
    assert command_line.secrets() == ["typed"]
