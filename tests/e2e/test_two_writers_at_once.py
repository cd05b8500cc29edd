"""Processes that change the same SMTP or activity at once: what each was told is so.

SMTP_DESKTOP_TEST_WRITERS is how many rounds there are of each.
"""

import os
from contextlib import closing

import pytest
from e2e.program import MASTER

from smtp_desktop.domain.secret import Secret
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles
from smtp_desktop.vault.sealed_file import EncryptedFileVault

ROUNDS = int(os.environ.get("SMTP_DESKTOP_TEST_WRITERS", "2"))
GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
pytestmark = pytest.mark.long


def at_once(program, *commands):
    """Starts the commands together, and returns their exit codes."""
    processes = [program.start(*command) for command in commands]
    outputs = [process.communicate(timeout=60) for process in processes]
    codes = [process.returncode for process in processes]
    assert set(codes) <= {0, 75}, outputs
    return codes


@pytest.fixture
def server(program):
    program.smtp("create", "Relay", "--host", "relay.example", "--no-auth", "--from", "relay@company.example")
    program.smtp("create", "Spare", "--host", "spare.example", "--no-auth", "--from", "spare@company.example")
    return program


def defaults(program):
    return [one["name"] for one in program.smtp("list") if one["is_default"]]


def test_five_fields_of_an_smtp_are_all_kept(server):
    for number in range(1, ROUNDS + 1):
        wanted = {
            "smtp_port": number,
            "signature": f"Signature {number}",
            "description": f"Description {number}",
            "from_address": f"relay{number}@company.example",
            "ehlo_name": f"pc{number}.company.example",
        }
        options = ("--port", "--signature", "--description", "--from", "--ehlo-name")
        edits = [
            ("smtp", "edit", "Relay", option, str(value))
            for option, value in zip(options, wanted.values(), strict=True)
        ]
        assert at_once(server, *edits) == [0] * len(edits)
        shown = server.smtp("show", "Relay")
        assert {name: shown[name] for name in wanted} == wanted


def test_an_edit_beside_a_new_default_leaves_one(server):
    for number in range(1, ROUNDS + 1):
        new, old = ("Spare", "Relay") if number % 2 else ("Relay", "Spare")
        codes = at_once(
            server,
            ("smtp", "edit", old, "--port", str(number)),
            ("smtp", "default", new),
            ("smtp", "edit", new, "--port", str(number)),
        )
        assert codes == [0, 0, 0]
        assert defaults(server) == [new]
        assert [server.smtp("show", name)["smtp_port"] for name in (old, new)] == [number, number]


def test_a_value_that_two_give_is_that_of_one_who_was_told_so(server):
    for number in range(1, ROUNDS + 1):
        values = [str(1000 + number), str(2000 + number), str(3000 + number)]
        codes = at_once(server, *(("smtp", "edit", "Relay", "--port", value) for value in values))
        assert 0 in codes
        told = {int(value) for value, code in zip(values, codes, strict=True) if code == 0}
        assert server.smtp("show", "Relay")["smtp_port"] in told


def test_two_secrets_of_one_mailbox_are_both_kept(program):
    program.environment |= {"PW": "first password", "CS": "first secret"}
    mailbox = ("--type", "graph", "--user", "box@company.example", "--tenant-id", GUID, "--client-id", GUID)
    program.smtp("create", "Box", *mailbox, "--password-env", "PW", "--client-secret-env", "CS")
    for number in range(1, ROUNDS + 1):
        program.environment |= {"PW": f"password {number}", "CS": f"secret {number}"}
        codes = at_once(
            program,
            ("smtp", "edit", "Box", "--password-env", "PW"),
            ("smtp", "edit", "Box", "--client-secret-env", "CS"),
            ("smtp", "edit", "Box", "--description", f"Box {number}"),
        )
        assert codes == [0, 0, 0]
        shown = program.smtp("show", "Box")
        assert (shown["has_password"], shown["has_client_secret"], shown["description"]) == (
            True,
            True,
            f"Box {number}",
        )
        assert secrets_in(program, "Box") == {f"password {number}", f"secret {number}"}


def secrets_in(program, name):
    """Returns the secrets that the SMTP names, as the vault holds them."""
    vault = EncryptedFileVault(program.home / "secrets.vault")
    vault.unlock(Secret(MASTER))
    with closing(Database(program.home / "smtp-desktop.sqlite3")) as database:
        (profile,) = (one for one in SqliteProfiles(database).all() if one.name == name)
        return {vault.get(ref).reveal() for ref in profile.secret_refs.values()}


def test_three_fields_of_an_activity_are_all_kept(server):
    mail = ("--to", "ops@company.example", "--subject", "Report", "--text", "Hello")
    assert server("activity", "create", "Nightly", *mail).code == 0
    for number in range(1, ROUNDS + 1):
        codes = at_once(
            server,
            ("activity", "edit", "Nightly", "--subject", f"Report {number}"),
            ("activity", "edit", "Nightly", "--cc", f"c{number}@company.example"),
            ("activity", "edit", "Nightly", "--text", f"Hello {number}"),
        )
        assert codes == [0, 0, 0]
        shown = server("activity", "show", "Nightly", "--json").json
        assert [shown[name] for name in ("subject", "cc", "text")] == [
            f"Report {number}",
            [f"c{number}@company.example"],
            f"Hello {number}",
        ]


def test_an_activity_is_never_bound_to_an_smtp_that_is_gone(server):
    mail = ("--to", "ops@company.example", "--subject", "Report", "--text", "Hello")
    assert server("activity", "create", "Nightly", *mail).code == 0
    for _ in range(ROUNDS):
        processes = [
            server.start("activity", "edit", "Nightly", "--smtp", "Spare"),
            server.start("smtp", "delete", "Spare", "--yes"),
        ]
        for process in processes:
            process.communicate(timeout=60)
        assert [process.returncode for process in processes][1] == 0
        assert processes[0].returncode in {0, 78}
        assert server("activity", "show", "Nightly", "--json").json["smtp"] is None
        server.smtp("create", "Spare", "--host", "spare.example", "--no-auth", "--from", "spare@company.example")
