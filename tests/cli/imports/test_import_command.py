"""smtp-desktop smtp import"""

import json

import pytest
from fakes.transport import FakeTransport

PASSPHRASE = b"four words that fit\n"
KEYS = {
    "kind",
    "format",
    "file",
    "line",
    "state",
    "reason",
    "notes",
    "differing",
    "action",
    "name",
    "smtp",
    "check",
}
URLS = b"""\
# of the old computer
smtp://shop%40company.example:s3cret@smtp.company.example:587
smtp://hr%40company.example@smtp.company.example:587
smtp://company.example:70000
"""


@pytest.fixture
def urls(tmp_path):
    path = tmp_path / "urls.txt"
    path.write_bytes(URLS)
    return str(path)


def names(smtp_desktop):
    return [one["name"] for one in smtp_desktop("smtp", "list", "--json").json]


def test_a_dry_run_shows_every_row_and_changes_nothing(smtp_desktop, urls):
    ran = smtp_desktop("smtp", "import", urls, "--dry-run", "--json")
    rows = ran.json
    assert ran.code == 0
    assert all(set(row) == KEYS for row in rows)
    assert [(row["format"], row["file"], row["line"], row["state"]) for row in rows] == [
        ("url", urls, 2, "new"),
        ("url", urls, 3, "needs_password"),
        ("url", urls, 4, "unreadable"),
    ]
    assert [row["action"] for row in rows] == ["import", "import", "skip"]
    smtp = rows[0]["smtp"]
    assert (smtp["host_name"], smtp["smtp_port"], smtp["user_name"], smtp["has_password"]) == (
        "smtp.company.example",
        587,
        "shop@company.example",
        True,
    )
    assert rows[1]["smtp"]["has_password"] is False
    assert rows[2]["smtp"] is None
    assert "s3cret" not in ran.out + ran.err
    assert names(smtp_desktop) == []
    assert smtp_desktop.secrets() == []


def test_an_import_stores_what_was_found_and_says_what_it_needs(smtp_desktop, urls):
    ran = smtp_desktop("smtp", "import", urls)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "2 imported, 1 can't be read, 1 needs a password."
    listed = smtp_desktop("smtp", "list", "--json").json
    assert [(one["is_default"], one["state"], one["missing"]) for one in listed] == [
        (True, "never_tested", []),
        (False, "incomplete", ["password"]),
    ]
    assert smtp_desktop.secrets() == ["s3cret"]
    assert "needs a password" in smtp_desktop("smtp", "list").out


def test_text_and_json_never_show_a_password(smtp_desktop, urls):
    for options in ((), ("--json",), ("--verbose",), ("--dry-run",)):
        ran = smtp_desktop("smtp", "import", urls, *options)
        assert "s3cret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("options", "action", "secrets"),
    [
        ((), "skip", ["s3cret"]),
        (("--on-existing", "skip"), "skip", ["s3cret"]),
        (("--on-existing", "update"), "update", ["n3w"]),
        (("--on-existing", "keep-both"), "keep-both", ["n3w", "s3cret"]),
    ],
    ids=str,
)
def test_what_is_stored_already_is_treated_as_asked_for(smtp_desktop, urls, options, action, secrets):
    smtp_desktop("smtp", "import", urls)
    new = b"smtp://SHOP%40company.example:n3w@SMTP.company.example:587"
    ran = smtp_desktop("smtp", "import", "-", *options, "--json", stdin=new)
    (row,) = ran.json
    assert (row["file"], row["state"], row["action"], row["differing"]) == ("-", "exists", action, ["password"])
    assert row["reason"] == "Other password in the file"
    assert len(names(smtp_desktop)) == (3 if action == "keep-both" else 2)
    assert set(secrets) <= set(smtp_desktop.secrets())


def test_a_second_import_of_the_same_file_changes_nothing(smtp_desktop, urls):
    smtp_desktop("smtp", "import", urls)
    before = smtp_desktop("smtp", "list", "--json").json
    for choice in ("skip", "update"):
        ran = smtp_desktop("smtp", "import", urls, "--on-existing", choice, "--json")
        assert ran.code == 0
        assert {row["action"] for row in ran.json} == {"skip"}
        assert smtp_desktop("smtp", "list", "--json").json == before


def test_a_locked_vault_is_opened_to_compare_only_where_that_asks_nobody(smtp_desktop, urls, monkeypatch):
    smtp_desktop("smtp", "import", urls)
    smtp_desktop.vault.locked = True
    rows = smtp_desktop("smtp", "import", urls, "--dry-run", "--json").json
    assert rows[0]["reason"] == "The stored password can't be compared: it is locked"
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "master")
    rows = smtp_desktop("smtp", "import", urls, "--dry-run", "--json").json
    assert (rows[0]["differing"], rows[0]["reason"]) == ([], "Nothing differs")


def test_urls_are_taken_from_the_command_line(smtp_desktop):
    ran = smtp_desktop("smtp", "import", "smtp://a%40b.example:pw@one.example:587", "smtps://two.example", "--json")
    assert [(row["file"], row["line"]) for row in ran.json] == [("command line", 1), ("command line", 2)]
    assert "pw" not in json.dumps([row["file"] for row in ran.json])
    assert "Others on this computer can see a password" in ran.err


def test_a_folder_is_read_with_what_is_below_it(smtp_desktop, tmp_path, urls):
    folder = tmp_path / "old"
    (folder / "etc").mkdir(parents=True)
    (folder / "etc" / "more.txt").write_bytes(b"smtp://x%40y.example:pw@third.example:25\n")
    (folder / "notes.md").write_bytes(b"# Notes\n")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    ran = smtp_desktop("smtp", "import", str(folder), urls)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == (
        "3 imported, 1 can't be read, 1 needs a password, 2 other files hold no mail settings."
    )


def test_tags_are_given_to_what_is_imported(smtp_desktop, urls):
    smtp_desktop("smtp", "import", urls, "--tag", "old", "--tag", "laptop")
    assert all(one["tags"] == ["old", "laptop"] for one in smtp_desktop("smtp", "list", "--json").json)


def test_a_tag_that_is_none_is_refused_before_anything_is_read(smtp_desktop, urls):
    ran = smtp_desktop("smtp", "import", urls, "--tag", "a/b", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (65, "refused_data")
    assert names(smtp_desktop) == []


def test_what_was_imported_is_checked(smtp_desktop, urls):
    smtp_desktop.transport = FakeTransport()
    ran = smtp_desktop("smtp", "import", urls, "--check", "--json")
    assert ran.code == 0
    assert [row["check"] and row["check"]["ok"] for row in ran.json] == [True, None, None]
    text = smtp_desktop("smtp", "import", "smtp://z%40y.example:pw@z.example:587", "--check")
    assert "works" in text.out


def test_a_file_without_anything_to_read_fails(smtp_desktop, tmp_path):
    path = tmp_path / "notes.md"
    path.write_bytes(b"# Notes\n")
    ran = smtp_desktop("smtp", "import", str(path), "--json")
    assert ran.code == 65
    (row,) = ran.json
    assert (row["format"], row["state"], row["smtp"]) == (None, "unreadable", None)
    assert row["reason"].startswith("No mail settings were recognized. Looked for ")
    quiet = smtp_desktop("smtp", "import", str(path), "-q")
    assert (quiet.code, quiet.out) == (65, "")
    assert "No mail settings were recognized" in quiet.err


def test_an_empty_folder_fails(smtp_desktop, tmp_path):
    (tmp_path / "empty").mkdir()
    ran = smtp_desktop("smtp", "import", str(tmp_path / "empty"), "--json")
    assert (ran.code, ran.json) == (65, [])


def test_no_such_file_imports_nothing(smtp_desktop, urls):
    ran = smtp_desktop("smtp", "import", urls, "/nowhere/at-all", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (66, "no_input")
    assert names(smtp_desktop) == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x", "--dry-run", "--check"),
        ("-", "--passphrase-stdin"),
        ("x", "--on-existing", "replace"),
    ],
    ids=str,
)
def test_wrong_usage_is_refused(smtp_desktop, arguments):
    assert smtp_desktop("smtp", "import", *arguments).code == 64


def test_a_sealed_file_of_ours_needs_its_passphrase(smtp_desktop, tmp_path):
    smtp_desktop.create("One")
    file = str(tmp_path / "move.sealed")
    sealed = smtp_desktop("export", "--with-secrets", "--passphrase-stdin", file, stdin=PASSPHRASE)
    assert sealed.code == 0
    assert smtp_desktop("smtp", "delete", "One", "--yes").code == 0
    assert smtp_desktop("smtp", "import", file).code != 0
    assert names(smtp_desktop) == []
    ran = smtp_desktop("smtp", "import", file, "--passphrase-stdin", "--json", stdin=PASSPHRASE)
    assert ran.code == 0
    assert names(smtp_desktop) == ["One"]
    assert smtp_desktop.secrets() == ["secret"]
    again = smtp_desktop("smtp", "import", file, "--passphrase-stdin", "--json", stdin=PASSPHRASE).json
    assert {row["state"] for row in again} == {"same"}


def test_a_backup_is_made_before(smtp_desktop, urls):
    smtp_desktop.create("One")
    smtp_desktop("smtp", "import", urls)
    with smtp_desktop._open(None) as services:
        (backup,) = services.backups.all()
    assert (backup.reason, backup.smtps) == ("import", 1)


@pytest.mark.parametrize(
    ("options", "days"),
    [((), "30"), (("--on-existing", "update"), "9"), (("--on-existing", "skip"), "30")],
    ids=str,
)
def test_settings_of_a_file_of_ours_change_only_where_that_is_asked_for(smtp_desktop, options, days):
    smtp_desktop.create("One")
    smtp_desktop("settings", "set", "retention_days", "30")
    file = b"smtp_desktop: 1\nsettings: {retention_days: 9}\n"
    assert smtp_desktop("smtp", "import", "-", *options, stdin=file).code == 0
    assert smtp_desktop("settings", "get", "retention_days").out.strip() == days


@pytest.mark.parametrize(
    ("options", "signature"),
    [((), "New"), (("--on-existing", "skip"), "Old"), (("--on-existing", "update"), "New")],
    ids=str,
)
def test_a_changed_smtp_of_a_file_of_ours_is_updated_unless_that_is_not_wanted(
    smtp_desktop, tmp_path, options, signature
):
    smtp_desktop.create("One", "--signature", "Old")
    file = tmp_path / "one.yaml"
    smtp_desktop("export", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("Old", "New"), encoding="utf-8")
    rows = smtp_desktop("smtp", "import", str(file), *options, "--json").json
    assert [row["state"] for row in rows if row["kind"] == "smtp"] == ["changed"]
    assert smtp_desktop("smtp", "show", "One", "--json").json["signature"] == signature
    assert smtp_desktop.secrets() == ["secret"]
