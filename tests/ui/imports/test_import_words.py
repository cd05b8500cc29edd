"""A preview in the words of the Import dialog, and lines of a file without its passwords."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.imports.preview import (
    ImportAction,
    ImportedRow,
    ImportKind,
    ImportOutcome,
    ImportPreview,
    ImportRow,
    ImportState,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SignIn
from smtp_desktop.ui.imports.excerpt import excerpt
from smtp_desktop.ui.imports.found import FoundTone
from smtp_desktop.ui.imports.words import found_of, outcome_words

UPDATE = (ImportAction.UPDATE, ImportAction.SKIP, ImportAction.KEEP_BOTH)
DRAFT = ProfileDraft(name="Relay", host_name="relay.example", smtp_port="465", user_name="mes@plant.example")


def a_row(**changes):
    values = {
        "number": 0,
        "kind": ImportKind.SMTP,
        "state": ImportState.NEW,
        "format": ImportFormat.GRAFANA,
        "file": "/etc/grafana.ini",
        "line": 3,
        "name": "Relay",
        "actions": (ImportAction.IMPORT, ImportAction.SKIP),
        "draft": DRAFT,
    } | changes
    return ImportRow(**values)


def shown(*rows, sources=(), **more):
    return found_of(ImportPreview(sources=sources, rows=rows), **more)


def test_a_server_is_shown_with_its_port_and_user():
    row = shown(a_row()).rows[0]
    assert (row.server, row.user, row.state) == ("relay.example:465", "mes@plant.example", "New")


def test_a_mailbox_is_shown_by_its_type_and_an_activity_as_one():
    graph = a_row(draft=ProfileDraft(type=ProfileType.GRAPH, from_address="a@b.example"))
    activity = a_row(kind=ImportKind.ACTIVITY, draft=None)
    assert [row.server for row in shown(graph, activity).rows] == ["MS Graph API", "Activity"]
    assert shown(graph).rows[0].user == "a@b.example"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": ImportState.EXISTS}, "Nothing differs"),
        ({"state": ImportState.EXISTS, "stored_name": "Mine"}, "It is called Mine"),
        ({"state": ImportState.EXISTS, "differing": ("password",)}, "Other password in the file"),
        ({"state": ImportState.CHANGED, "differing": ("tls", "name")}, "Other SMTP TLS/SSL"),
        (
            {"state": ImportState.CHANGED, "differing": ("tls", "tags", "signature", "type")},
            "Other SMTP TLS/SSL, Tags, 2 more",
        ),
        ({"state": ImportState.SAME}, "Nothing differs"),
        ({"state": ImportState.CONFLICTING}, "Another one has this name"),
        ({"notes": (msg("STARTTLS is required here."),)}, "STARTTLS is required here."),
        (
            {"state": ImportState.NEEDS_PASSWORD, "reason": msg("The file says {x}", x="${PASS}")},
            "The file says ${PASS}",
        ),
    ],
)
def test_why_a_row_stands_so_is_said_below_its_state(changes, words):
    row = shown(a_row(actions=UPDATE, stored_id=ProfileId("1"), **changes)).rows[0]
    assert row.more == words


def test_another_secret_than_a_password_is_called_by_its_name():
    app = replace(DRAFT, type=ProfileType.GRAPH, sign_in=SignIn.APP_ONLY)
    assert [row.secret for row in shown(a_row(draft=app), a_row(number=1)).rows] == ["Client Secret", ""]


def test_what_can_not_be_read_has_nothing_to_choose():
    row = a_row(state=ImportState.UNREADABLE, actions=(), draft=None, name="", reason=msg("no port"))
    found = shown(row).rows[0]
    assert (found.actions, found.tone, found.state, found.more) == ((), FoundTone.BAD, "Can't be read", "no port")


def test_a_source_says_what_it_is_and_how_much_was_found():
    source = Source(format=ImportFormat.GRAFANA, files=("/etc/grafana.ini",))
    assert shown(a_row(), a_row(number=1), sources=(source,)).sources[0].words == "Grafana · 2 found"


def test_files_of_a_folder_that_are_of_no_format_are_only_counted():
    strangers = [Source(format=None, files=(f"/d/{number}",)) for number in range(3)]
    rows = [a_row(file=f"/d/{number}", state=ImportState.UNREADABLE, actions=()) for number in range(3)]
    found = shown(*rows, sources=tuple(strangers), besides={"/d/0", "/d/1"})
    assert [row.place.file for row in found.rows] == ["/d/2"]
    assert [source.files for source in found.sources] == [("/d/2",)]
    assert found.summary == "2 other files of the folder are of no format that can be read."


def test_where_nothing_can_be_imported_why_is_said_in_full():
    row = a_row(state=ImportState.UNREADABLE, actions=(), reason=msg("Looked for this and that."))
    assert shown(row).summary == "Looked for this and that."
    assert shown(row, a_row(number=1)).summary == ""


def test_a_file_that_could_not_be_opened_is_named():
    unread = Unreadable(format=None, file="/x/y.env", line=None, reason=msg("The file can't be read: no"))
    found = shown(a_row(), unread=(unread,))
    assert [row.more for row in found.rows] == ["", "The file can't be read: no"]
    assert found.sources[-1].words == "not read"


def imported(number, *missing):
    return ImportedRow(
        number=number,
        kind=ImportKind.SMTP,
        action=ImportAction.IMPORT,
        name="Relay",
        profile_id=ProfileId(str(number)),
        missing=missing,
    )


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((imported(1),), "1 imported."),
        ((imported(1), imported(2, "password"), imported(3, "client_secret")), "3 imported; 2 need a password."),
        ((imported(1, "from_address", "password"),), "1 imported; 1 needs a password."),
        ((imported(1, "from_address"),), "1 imported; 1 needs a From Address or user name."),
    ],
)
def test_the_end_is_said_in_a_sentence(rows, words):
    assert outcome_words(ImportOutcome(rows=rows)) == words


def test_the_end_says_which_smtp_became_the_default():
    assert outcome_words(ImportOutcome(rows=(imported(1),), default="Relay")) == (
        "1 imported. Relay is the default SMTP."
    )


@pytest.mark.parametrize(
    "line",
    [
        "smtp_pass = hunter2",
        "  password: hunter2",
        'SMTP_PASSWORD="hunter2"',
        "MAILER_DSN=smtp://user:hunter2@host:5B7",
        "[relay.example]:587 user:hunter2",
        "password hunter2",
        "AuthPass=hunter2",
        '"auth": {"user": "a", "pass": "hunter2"}',
        "'mail_smtppassword' => 'hunter2',",
        "swaks --auth-password hunter2 -s x",
        "api_key: hunter2",
    ],
)
def test_a_line_is_shown_without_the_password_in_it(line):
    text = excerpt(f"a\nb\n{line}\nd\ne\nf", 3)
    assert "hunter2" not in text
    assert text.split("\n")[0] == "  1  a"
    assert text.split("\n")[2].startswith("> 3  ")
    assert len(text.split("\n")) == 5


@pytest.mark.parametrize(
    ("title", "line", "shown"),
    [
        ("name,host,port,user,password", "A,mail.example,5B7,ops,hunter2", "A,mail.example,5B7,ops,••••••"),
        ("name;host;password;port", "A;mail.example;hunter2;5B7", "A;mail.example;••••••;5B7"),
        ("name,host,port,password", 'A,mail.example,"hunter2,x",5B7', "A,mail.example,••••••,••••••,••••••"),
        ("A,mail.example,25,a@b.example,hunter1", "B,mail.example,5B7,a@b.example,hunter2", None),
    ],
)
def test_a_line_of_a_table_is_shown_without_the_password_column(title, line, shown):
    text = excerpt(f"{title}\n{line}", 2)
    assert "hunter2" not in text
    assert shown is None or text.endswith(shown)
    assert text.split("\n")[0] == f"  1  {title.removesuffix(',hunter1')}{',••••••' if 'hunter1' in title else ''}"


def test_a_line_without_a_password_is_shown_as_it_is():
    assert excerpt("port = 5B7", 1) == "> 1  port = 5B7"
