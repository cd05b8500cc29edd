"""smtp-desktop export|apply: there and back, what changes, and what is refused."""

import json
import re
import sys

import pytest
from cli.command_line import GUID, CommandLine
from cli.declared.full_home import fill_home

CONFIG = """\
smtp_desktop: 1
smtps:
  - name: Reports
    host_name: smtp.company.example
    user_name: reports@company.example
    password: {env: PW}
  - name: Relay
    host_name: relay.company.example
    smtp_port: 25
    tls: false
    auth_required: false
    from_address: relay@company.example
default_smtp: Relay
activities:
  - name: Nightly
    smtp: Reports
    backup: Relay
    to: [ops@company.example]
    subject: Report
    text: Hello
settings:
  retry_days: 3
"""


@pytest.fixture
def command_line(smtp_desktop, monkeypatch):
    monkeypatch.setenv("PW", "secret")
    return smtp_desktop


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "smtps.yaml"
    path.write_text(CONFIG)
    return path


def apply(command_line, path, *options, **rest):
    ran = command_line("apply", str(path), *options, "--json", **rest)
    assert ran.code == 0, ran.err
    return ran.json


def actions(document):
    return [(one["kind"], one["name"], one["action"]) for one in document["results"]]


def apply_text(command_line, text, *options, **rest):
    return command_line("apply", "-", *options, stdin=text.encode(), **rest)


def test_what_is_declared_is_made_once(command_line, file):
    document = apply(command_line, file)
    assert actions(document) == [
        ("smtp", "Reports", "created"),
        ("smtp", "Relay", "created"),
        ("activity", "Nightly", "created"),
        ("setting", "retry_days", "updated"),
    ]
    assert (document["changed"], document["dry_run"]) == (True, False)
    shown = command_line("smtp", "show", "Relay", "--json").json
    assert (shown["is_default"], shown["smtp_port"], shown["auth_required"]) == (True, 25, False)
    nightly = command_line("activity", "show", "Nightly", "--json").json
    assert (nightly["smtp"], nightly["backup"]) == ("Reports", "Relay")
    assert command_line("settings", "get", "retry_days", "--json").json["value"] == 3
    assert command_line.secrets() == ["secret"]

    again = apply(command_line, file)
    assert again["changed"] is False
    assert {one["action"] for one in again["results"]} == {"unchanged"}
    assert command_line("apply", str(file)).out == "4 unchanged.\n"


def test_only_what_differs_is_changed_and_said(command_line, file, monkeypatch):
    apply(command_line, file)
    monkeypatch.setenv("PW", "new secret")
    file.write_text(CONFIG.replace("smtp_port: 25", "smtp_port: 26").replace("backup: Relay", "backup: ''"))
    ran = command_line("apply", str(file), "--dry-run")
    lines = [
        "smtp Reports: changed password.",
        "smtp Relay: changed port 25 → 26.",
        "activity Nightly: changed backup Relay → none.",
    ]
    assert ran.out.splitlines() == [*lines, "Dry run, nothing was changed: 3 updated, 1 unchanged."]
    assert command_line.secrets() == ["secret"]
    assert command_line("apply", str(file)).out.splitlines() == [*lines, "3 updated, 1 unchanged."]
    assert command_line.secrets() == ["secret", "new secret"]  # the first is the backup's


def test_a_field_that_is_left_out_gets_its_default_and_a_secret_stays(command_line, file):
    apply(command_line, file)
    command_line("smtp", "edit", "Reports", "--signature", "Ann", "--port", "465")
    file.write_text(CONFIG.replace("    password: {env: PW}\n", ""))
    (reports, *_) = apply(command_line, file)["results"]
    assert reports["diff"] == {
        "signature": {"before": "Ann", "after": ""},
        "smtp_port": {"before": 465, "after": 587},
    }
    assert command_line.secrets() == ["secret"]


def test_secrets_come_from_files_and_commands(command_line, tmp_path):
    (tmp_path / "pw").write_text("from a file\n")
    command = json.dumps([sys.executable, "-c", "print('from a command')"])
    text = CONFIG.replace("{env: PW}", f"{{file: {tmp_path / 'pw'}}}")
    assert apply_text(command_line, text).code == 0
    assert command_line.secrets() == ["from a file"]
    text = CONFIG.replace("{env: PW}", f"{{command: {command}}}")
    assert apply_text(command_line, text).out.splitlines()[0] == "smtp Reports: changed password."
    assert command_line.secrets()[-1] == "from a command"


def test_a_dry_run_changes_nothing_and_runs_no_command(command_line, tmp_path):
    ran = tmp_path / "ran"
    command = json.dumps([sys.executable, "-c", f"open({str(ran)!r}, 'w'); print('x')"])
    text = CONFIG.replace("{env: PW}", f"{{command: {command}}}")
    printed = apply_text(command_line, text, "--dry-run", "--json").json
    assert (printed["changed"], printed["dry_run"]) == (True, True)
    assert (command_line("smtp", "list", "--json").json, command_line.secrets()) == ([], [])
    assert apply_text(command_line, text).code == 0
    ran.unlink()
    printed = apply_text(command_line, text, "--dry-run", "--json").json
    assert (printed["changed"], printed["results"][0]["not_compared"]) == (False, ["password"])
    assert apply_text(command_line, text, "--dry-run").out.startswith(
        "smtp Reports: unchanged (password not compared)."
    )
    assert not ran.exists()


def test_a_dry_run_needs_no_secret(command_line, monkeypatch):
    """An export can be compared with what it was made of by somebody who knows none of its passwords."""
    assert apply_text(command_line, CONFIG).code == 0
    monkeypatch.delenv("PW")
    exported = command_line("export").out
    compared = apply_text(command_line, exported, "--dry-run", "--json")
    assert (compared.code, compared.json["changed"]) == (0, False)
    uncompared = {one["name"]: one["not_compared"] for one in compared.json["results"]}
    assert uncompared["Reports"] == ["password"]
    assert apply_text(command_line, exported).code == 65


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("{env: NO_SUCH_VARIABLE}", "Environment variable NO_SUCH_VARIABLE is not set."),
        ("{file: /no/such/file}", "/no/such/file can't be read: No such file or directory."),
        ("{command: [no-such-command-here]}", "no-such-command-here can't be run: No such file or directory."),
        ("{command: ['false']}", "false ended with exit code 1."),
        ("{command: ['true']}", "The secret from true is empty."),
        ("{command: [printf, '\\377']}", "The secret is not UTF-8 text."),
        ("{env: NOT_TEXT}", "The secret is not UTF-8 text."),
    ],
)
def test_a_secret_that_cannot_be_had_stops_everything(command_line, monkeypatch, reference, words):
    monkeypatch.setenv("NOT_TEXT", "\udcff")
    ran = apply_text(command_line, CONFIG.replace("{env: PW}", reference))
    assert (ran.code, ran.err) == (65, f"Error: standard input:6: smtps[Reports].password: {words}\n")
    assert command_line("smtp", "list", "--json").json == []


def test_a_file_is_refused_as_a_whole(command_line, file):
    text = CONFIG.replace("smtp_port: 25", "smtp_port: 0").replace("to: [ops@company.example]", "to: [nobody]")
    file.write_text(text.replace("backup: Relay", "backup: Other").replace("    password: {env: PW}\n", ""))
    ran = command_line("apply", str(file), "--json")
    assert ran.code == 65
    assert list(ran.json["error"]["fields"]) == [
        "smtps[Reports].password",
        "smtps[Relay].smtp_port",
        "activities[Nightly].backup",
    ]
    assert ran.err.splitlines()[1] == (
        f"Error: {file}:8: smtps[Relay].smtp_port: Enter a whole number from 1 to 65535."
    )
    assert command_line("smtp", "list", "--json").json == []
    file.write_text(text)
    ran = command_line("apply", str(file), "--json")
    assert list(ran.json["error"]["fields"]) == ["smtps[Relay].smtp_port", "activities[Nightly].to"]


def test_a_file_that_is_not_there_is_no_input(command_line, tmp_path):
    ran = command_line("apply", str(tmp_path / "none.yaml"), "--json")
    assert (ran.code, ran.json["error"]["message"].endswith("No such file or directory.")) == (66, True)


def test_prune_deletes_what_the_file_does_not_name_after_a_yes(command_line, file):
    command_line.create("Old")
    command_line.create_activity("Greet")
    assert len(actions(apply(command_line, file))) == 4
    ran = command_line("apply", str(file), "--prune")
    assert ran.code == 64
    assert ran.err.endswith("Error: --prune would delete SMTP Old, activity Greet. Use --yes to confirm.\n")
    ran = command_line("apply", str(file), "--prune", stdin=b"n\n", at_terminal=True)
    assert (ran.code, "Delete SMTP Old, activity Greet?" in ran.err) == (1, True)
    assert [one["name"] for one in command_line("smtp", "list", "--json").json] == ["Relay", "Old", "Reports"]
    planned = apply(command_line, file, "--prune", "--dry-run")
    assert actions(planned)[-2:] == [("activity", "Greet", "deleted"), ("smtp", "Old", "deleted")]
    assert apply(command_line, file, "--prune", "--yes")["results"] == planned["results"]
    assert [one["name"] for one in command_line("smtp", "list", "--json").json] == ["Relay", "Reports"]
    assert command_line.secrets() == ["secret", "secret"]  # one is the backup's
    assert apply(command_line, file, "--prune")["changed"] is False


def test_prune_leaves_the_lists_alone_that_the_file_does_not_have(command_line):
    command_line.create("Old")
    command_line.create_activity("Greet")
    ran = apply_text(command_line, "smtp_desktop: 1\nactivities: []\n", "--prune", "--yes")
    assert (ran.code, ran.out) == (0, "activity Greet: deleted.\n1 deleted.\n")
    assert [one["name"] for one in command_line("smtp", "list", "--json").json] == ["Old"]


def test_prune_says_which_activities_lose_their_smtp(command_line, file):
    for name in ("Old", "Spare"):
        command_line.create(name)
    command_line.create_activity("Greet", "--smtp", "Old", "--backup", "Spare")
    command_line.create_activity("Wave")
    file.write_text(CONFIG.split("activities:", maxsplit=1)[0])
    ran = command_line("apply", str(file), "--prune", "--yes")
    assert ran.out.splitlines()[-2:] == [
        "activity Greet: changed smtp Old → none, backup Spare → none.",
        "2 created, 1 updated, 2 deleted.",
    ]
    shown = command_line("activity", "show", "Greet", "--json").json
    assert (shown["smtp"], shown["backup"], shown["uses"]) == (None, None, "Relay")


def test_prune_wants_a_new_default_for_the_one_that_goes(command_line, file):
    command_line.create("Old")
    file.write_text(CONFIG.replace("default_smtp: Relay\n", ""))
    ran = command_line("apply", str(file), "--prune", "--yes", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["default_smtp"])
    assert apply_text(command_line, "smtp_desktop: 1\nsmtps: []\n", "--prune", "--yes").code == 0
    assert command_line("smtp", "list", "--json").json == []


def test_the_default_can_be_an_smtp_that_the_file_does_not_describe(command_line):
    command_line.create("One")
    command_line.create("Two")
    ran = apply_text(command_line, "smtp_desktop: 1\ndefault_smtp: two\n")
    assert (ran.code, ran.out) == (0, "smtp Two: changed default no → yes.\n1 updated.\n")
    assert apply_text(command_line, "smtp_desktop: 1\ndefault_smtp: Two\n").out == "1 unchanged.\n"
    ran = apply_text(command_line, "smtp_desktop: 1\ndefault_smtp: Three\n", "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["default_smtp"])


def test_the_first_one_is_the_default_where_the_file_names_none(command_line):
    text = CONFIG.replace("default_smtp: Relay\n", "")
    planned = apply_text(command_line, text, "--dry-run", "--json").json
    assert planned["results"][0]["diff"]["is_default"] == {"before": None, "after": True}
    done = apply_text(command_line, text, "--json").json
    assert [{**one, "diff": sorted(one["diff"])} for one in done["results"]] == [
        {**one, "diff": sorted(one["diff"])} for one in planned["results"]
    ]
    assert apply_text(command_line, text).out == "4 unchanged.\n"


def test_what_was_renamed_here_or_there_is_found_by_its_id(command_line, file, monkeypatch):
    """Activities follow the SMTP that they are bound to, whatever it is called by now."""
    monkeypatch.setenv("SMTP_REPORTS_PASSWORD", "secret")
    apply(command_line, file)
    exported = command_line("export").out
    assert command_line("smtp", "edit", "Reports", "--name", "Old").code == 0
    assert command_line("activity", "edit", "Nightly", "--name", "Daily").code == 0
    ran = apply_text(command_line, exported)
    assert ran.out.splitlines()[:-1] == [
        "smtp Reports: changed name Old → Reports.",
        "activity Nightly: changed name Daily → Nightly.",
    ]
    assert command_line("activity", "show", "Nightly", "--json").json["smtp"] == "Reports"
    assert command_line.secrets() == ["secret"]
    assert apply_text(command_line, exported, "--prune", "--json").json["changed"] is False


def test_a_name_that_another_one_has_is_refused(command_line, file, monkeypatch):
    monkeypatch.setenv("SMTP_REPORTS_PASSWORD", "secret")
    apply(command_line, file)
    exported = command_line("export").out
    for noun, name in (("smtp", "Reports"), ("activity", "Nightly")):
        assert command_line(noun, "edit", name, "--name", "Old").code == 0
    command_line.create("Reports")
    command_line.create_activity("Nightly")
    ran = apply_text(command_line, exported, "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["smtps[Reports].name", "activities[Nightly].name"])


@pytest.mark.parametrize("name", ["smtps.yaml", "smtps.json"])
def test_an_export_that_is_applied_elsewhere_is_exported_again_as_it_was(
    command_line, tmp_path, monkeypatch, capsys, name
):
    fill_home(command_line, tmp_path)
    file, again = tmp_path / name, tmp_path / f"again-{name}"
    document = command_line("export", str(file), "--json").json
    counts = {"smtps": 6, "activities": 2, "sealed": False, "sign_in_again": []}
    assert document == {"file": str(file), "format": name.partition(".")[2], **counts}
    assert "secret\n" not in file.read_text().replace("client_secret", "")
    assert file.stat().st_mode & 0o777 == 0o600
    for smtp in ("SITE_10", "SITE_2", "YES"):
        monkeypatch.setenv(f"SMTP_{smtp}_PASSWORD", "secret")
    for box in ("BOX", "CUSTOM"):
        monkeypatch.setenv(f"SMTP_{box}_CLIENT_SECRET", "the client's")
    assert apply(command_line, file)["changed"] is False, "it was so already"

    other = CommandLine(tmp_path / "other", monkeypatch, capsys)
    assert apply(other, file)["changed"] is True
    assert apply(other, file)["changed"] is False
    assert other("export", str(again)).code == 0
    assert again.read_bytes() == file.read_bytes()
    for smtp in ("Site_10", "Site_2", "yes", "Relay", "Box", "Custom"):
        one, two = (home("smtp", "show", smtp, "--json").json for home in (command_line, other))
        assert one == two


def test_an_export_is_readable_sorted_and_names_a_variable_for_each_secret(command_line, file):
    apply(command_line, file)
    printed = command_line("export")
    assert printed.code == 0
    without_ids, ids = re.subn(r"    id: '?[0-9a-f]{32}'?\n", "", printed.out)
    assert (without_ids.split("settings:")[0], ids) == (
        "smtp_desktop: 1\n"
        "smtps:\n"
        "  - name: Relay\n"
        "    type: generic\n"
        "    from_address: relay@company.example\n"
        "    host_name: relay.company.example\n"
        "    smtp_port: 25\n"
        "    tls: false\n"
        "    auth_required: false\n"
        "  - name: Reports\n"
        "    type: generic\n"
        "    host_name: smtp.company.example\n"
        "    smtp_port: 587\n"
        "    tls: true\n"
        "    auth_required: true\n"
        "    user_name: reports@company.example\n"
        "    password:\n"
        "      env: SMTP_REPORTS_PASSWORD\n"
        "default_smtp: Relay\n"
        "activities:\n"
        "  - name: Nightly\n"
        "    smtp: Reports\n"
        "    backup: Relay\n"
        "    to:\n"
        "      - ops@company.example\n"
        "    subject: Report\n"
        "    text: Hello\n"
        "    enabled: true\n",
        3,
    )
    as_json = command_line("export", "--json").json
    assert [one["name"] for one in as_json["smtps"]] == ["Relay", "Reports"]
    assert command_line("export", "--format", "json").json == as_json
    assert command_line("export", "-").out == printed.out
    assert command_line("smtp", "export", "--all").json == {key: as_json[key] for key in ("smtp_desktop", "smtps")}


def test_an_empty_home_is_exported_and_applied(command_line, tmp_path):
    file = tmp_path / "none.yaml"
    assert command_line("export", str(file)).code == 0
    assert apply(command_line, file, "--prune")["changed"] is False


def test_a_graph_mailbox_is_declared(command_line, monkeypatch):
    monkeypatch.setenv("CS", "the client's")
    text = (
        "smtp_desktop: 1\nsmtps:\n  - name: Box\n    type: graph\n    user_name: box@company.example\n"
        f"    tenant_id: company.example\n    client_id: {GUID}\n    sign_in: app-only\n"
        "    client_secret: {env: CS}\n"
    )
    assert apply_text(command_line, text).code == 0
    assert command_line("smtp", "show", "Box", "--json").json["has_client_secret"]
    assert apply_text(command_line, text).out == "1 unchanged.\n"


def test_a_text_that_is_no_ca_is_refused(command_line):
    text = CONFIG.replace("    tls: false\n", "    trusted_ca_pem: |\n      -----BEGIN PRIVATE KEY-----\n", 1)
    ran = apply_text(command_line, text, "--json")
    assert (ran.code, list(ran.json["error"]["fields"])) == (65, ["smtps[Relay].trusted_ca_pem"])
