"""Where a secret comes from: a file, a command, a variable or standard input."""

import shlex
import sys

import pytest

SERVER = ("--host", "127.0.0.1", "--port", "1", "--user", "boss@company.example")


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "secret.txt"
        path.write_bytes(content)
        return str(path)

    return write_file


def printing(words, code=0):
    """A command that prints `words`, and a line on standard error."""
    script = f"import sys; print({words!r}); print('note', file=sys.stderr); sys.exit({code})"
    return shlex.join([sys.executable, "-c", script])


def create(smtp_desktop, *options, **more):
    return smtp_desktop("smtp", "create", "One", *SERVER, *options, **more)


@pytest.mark.parametrize(
    ("content", "secret"), [(b"pa ss\n", "pa ss"), (b"pa ss\r\n", "pa ss"), (b" x\n\n", " x\n"), (b"x", "x")]
)
def test_a_file_holds_the_secret_with_one_line_end_or_none(smtp_desktop, write, content, secret):
    assert create(smtp_desktop, "--password-file", write(content)).code == 0
    assert smtp_desktop.secrets() == [secret]


def test_a_command_prints_it_in_its_first_line(smtp_desktop):
    ran = create(smtp_desktop, "--password-command", printing("pa ss\nurl: mail.company.example"))
    assert (ran.code, ran.err) == (0, "")
    assert smtp_desktop.secrets() == ["pa ss"]


def test_a_command_does_not_go_through_a_shell(smtp_desktop, tmp_path):
    there = tmp_path / "there"
    ran = create(smtp_desktop, "--password-command", f"{printing('a')} ; touch {there}")
    assert ran.code == 0
    assert not there.exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-command-here", "no-such-command-here can't be run: "),
        (printing("the secret", code=3), " ended with exit code 3.\n"),
    ],
)
def test_a_command_that_fails_saves_nothing_and_shows_nothing_of_what_it_printed(smtp_desktop, command, words):
    ran = create(smtp_desktop, "--password-command", command, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (66, "no_input")
    assert words in ran.err
    assert "the secret" not in ran.out + ran.err
    assert smtp_desktop("smtp", "list", "--json").json == []


def test_a_file_that_is_not_there_is_named(smtp_desktop, tmp_path):
    path = tmp_path / "none"
    ran = create(smtp_desktop, "--password-file", str(path))
    assert (ran.code, ran.err) == (66, f"Error: {path} can't be read: No such file or directory.\n")


def test_a_variable_that_is_not_set_is_named(smtp_desktop):
    ran = create(smtp_desktop, "--password-env", "NO_SUCH_VARIABLE_HERE")
    assert (ran.code, ran.err.splitlines()[-1]) == (64, "Error: Environment variable NO_SUCH_VARIABLE_HERE is not set.")


@pytest.mark.parametrize(
    "options",
    [
        ("--password-stdin", "--password-file", "x"),
        ("--password-env", "PATH", "--password-command", "x"),
        ("--password-command", "'"),
        ("--password-command", ""),
    ],
)
def test_sources_that_contradict_or_are_no_command_are_wrong_usage(smtp_desktop, options):
    assert create(smtp_desktop, *options, stdin=b"x").code == 64
    assert smtp_desktop.secrets() == []


def test_an_error_names_the_option_that_gave_the_secret(smtp_desktop, write):
    ran = create(smtp_desktop, "--password-file", write(b"\xe4\n"))
    assert (ran.code, ran.err) == (65, "Error: --password-file: It is not UTF-8 text.\n")
    ran = create(smtp_desktop, "--password-file", write(b"\n"))
    assert (ran.code, ran.err) == (65, "Error: --password-file: Enter the password.\n")


def test_both_secrets_of_a_mailbox_come_from_where_they_are(smtp_desktop, write):
    ran = smtp_desktop(
        *("smtp", "create", "Cloud", "--type", "graph", "--user", "box@company.example", "--sign-in", "password"),
        *("--tenant-id", "company.example", "--client-id", "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"),
        *("--client-secret-file", write(b"the client's\n"), "--password-command", printing("the box's")),
    )
    assert ran.code == 0, ran.err
    assert sorted(smtp_desktop.secrets()) == ["the box's", "the client's"]


def test_edit_duplicate_and_replace_password_take_them_too(smtp_desktop, write):
    assert create(smtp_desktop, "--password-file", write(b"first")).code == 0
    assert smtp_desktop("smtp", "edit", "One", "--password-command", printing("second")).code == 0
    assert smtp_desktop.secrets() == ["second"]
    assert smtp_desktop("smtp", "duplicate", "One", "--password-file", write(b"third")).code == 0
    assert smtp_desktop.secrets() == ["second", "third"]
    assert smtp_desktop("smtp", "replace-password", "One", "--password-file", write(b"fourth")).code == 69
    assert smtp_desktop.secrets() == ["third", "fourth"]
