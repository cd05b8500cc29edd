"""smtp-desktop export --format: files for other programs, with passwords only where that is confirmed."""

import pytest


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("Reports", password=b"hunter2\n")
    smtp_desktop.create_graph("Box")
    return smtp_desktop


@pytest.fixture
def path(tmp_path):
    return tmp_path / "msmtprc"


def test_it_is_printed_without_passwords(command_line):
    ran = command_line("export", "--format", "msmtp")
    assert (ran.code, "account Reports" in ran.out, "hunter2" in ran.out) == (0, True, False)
    assert ran.err.startswith("Not exported: Box: ")
    document = command_line("smtp", "export", "--all", "--format", "postfix", "--json").json
    assert [one["name"] for one in document["files"]][:2] == ["main.cf", "sasl_passwd"]
    assert [one["name"] for one in document["left_out"]] == ["Box"]


def test_passwords_are_written_where_that_is_confirmed(command_line, path):
    options = ("--format", "msmtp", "--with-secrets")
    ran = command_line("export", str(path), *options)
    assert (ran.code, "Use --unencrypted to confirm" in ran.err, path.exists()) == (64, True, False)
    ran = command_line("export", str(path), "Reports", *options, "--unencrypted")
    assert (ran.code, ran.out) == (0, f"Exported 1 SMTP to {path}, with readable passwords.\n")
    assert ("hunter2" in path.read_text(), path.stat().st_mode & 0o777) == (True, 0o600)


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 1)])
def test_a_person_is_asked(command_line, path, answer, code):
    ran = command_line("export", str(path), "--format", "url", "--with-secrets", stdin=answer, at_terminal=True)
    assert (ran.code, path.exists(), "unencrypted" in ran.err) == (code, code == 0, True)


def test_several_files_go_into_a_folder(command_line, tmp_path):
    folder = tmp_path / "postfix"
    ran = command_line(
        "smtp",
        "export",
        "Reports",
        "--format",
        "postfix",
        "--output",
        str(folder),
        "--with-secrets",
        "--unencrypted",
        "--json",
    )
    assert ran.code == 0, ran.err
    assert (ran.json["exported"], ran.json["with_secrets"]) == (1, True)
    assert sorted(ran.json["files"]) == sorted(str(one) for one in folder.iterdir())
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    assert "hunter2" in (folder / "sasl_passwd").read_text()
    found = command_line("smtp", "import", str(folder), "--dry-run", "--json").json
    assert [(one["state"], one["differing"]) for one in found] == [("exists", [])]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "msmtp", "--with-secrets", "--unencrypted"), "--with-secrets needs a FILE."),
        (("--format", "env", "--unencrypted", "x"), "--unencrypted is for --with-secrets"),
        (("--with-secrets", "--unencrypted", "x"), "--unencrypted is for --with-secrets"),
        (("--format", "url", "--passphrase-stdin", "x"), "A passphrase has no effect with --format url."),
    ],
)
def test_options_that_do_not_fit_are_refused(command_line, options, words):
    ran = command_line("export", *options)
    assert (ran.code, words in ran.err) == (64, True)


def test_where_no_smtp_can_be_written_nothing_is(command_line, path):
    ran = command_line("export", str(path), "Box", "--format", "msmtp", "--json")
    assert (ran.code, path.exists(), list(ran.json["error"]["fields"])) == (65, False, ["format"])
    assert ran.err.startswith("Not exported: Box: ")
