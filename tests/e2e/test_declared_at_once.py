"""Six processes at once that ask for the same thing: all succeed, and one of them did it."""

import json

import pytest

pytestmark = pytest.mark.long
COUNT = 6
SERVER = ("--host", "smtp.company.example", "--user", "boss@company.example", "--password-env", "PW")


def six_at_once(program, *command):
    """Starts the command six times, and returns the documents, once all have ended well."""
    processes = [program.start(*command, "--json") for _ in range(COUNT)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * COUNT, outputs
    return [json.loads(out) for out, _ in outputs]


def test_one_of_six_creates_the_smtp(program):
    program.environment["PW"] = "first"
    documents = six_at_once(program, "smtp", "set", "Reports", *SERVER)
    assert sorted(one["created"] for one in documents) == [False] * 5 + [True]
    assert sorted(one["changed"] for one in documents) == [False] * 5 + [True]
    assert [one["name"] for one in program.smtp("list")] == ["Reports"]


def test_one_of_six_changes_the_password_and_the_port(program):
    program.environment["PW"] = "first"
    program.smtp("set", "Reports", *SERVER)
    program.environment["PW"] = "second"
    documents = six_at_once(program, "smtp", "set", "Reports", *SERVER, "--port", "465")
    diffs = sorted((sorted(one["diff"]) for one in documents), reverse=True)
    assert diffs == [["password", "smtp_port"], [], [], [], [], []]


def test_six_apply_the_same_file(program, tmp_path):
    program.environment["PW"] = "first"
    smtp = {"name": "Reports", "host_name": "h.example", "user_name": "a@b.example", "password": {"env": "PW"}}
    mail = {"name": "Nightly", "smtp": "Reports", "to": ["ops@company.example"], "subject": "Hi", "text": "Hello"}
    file = tmp_path / "all.json"
    file.write_text(json.dumps({"smtp_desktop": 1, "smtps": [smtp], "activities": [mail]}))
    documents = six_at_once(program, "apply", str(file))
    for number in range(2):
        found = sorted(one["results"][number]["action"] for one in documents)
        assert found == ["created"] + ["unchanged"] * 5
    file.write_text(json.dumps({"smtp_desktop": 1, "smtps": [], "activities": []}))
    documents = six_at_once(program, "apply", str(file), "--prune", "--yes")
    assert any(one["changed"] for one in documents)
    assert program.smtp("list") == []


def test_one_of_six_creates_the_activity(program):
    mail = ("--to", "ops@company.example", "--subject", "Report", "--text", "Hello")
    documents = six_at_once(program, "activity", "set", "Nightly", *mail)
    assert sorted(one["created"] for one in documents) == [False] * 5 + [True]
