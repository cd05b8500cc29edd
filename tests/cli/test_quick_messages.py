"""smtp-desktop send with a subject and a text: a message without a file and without an activity"""

import pytest
from cli.delivery_results import claim

from smtp_desktop.store.outbox.outbox import SqliteOutbox

TO = "ann@company.example"


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("Relay")
    smtp_desktop.create("Other")
    return smtp_desktop


def queued(command_line, *options, **streams):
    """Returns the message that the command has put into the outbox, as it is on the disk."""
    ran = command_line("send", *options, **streams)
    assert ran.code == 0, ran.err
    application = command_line.application()
    kept = SqliteOutbox(application.database).message(int(ran.out))
    application.close()
    return kept


def test_subject_text_and_recipients_make_a_message(command_line):
    options = ("--subject", "Backup", "--text", "Done: {{ all }}\r\n", "--to", "b@x.example, C <c@x.example>")
    kept = queued(command_line, *options, "--cc", "d@x.example", "--bcc", "e@x.example", TO)
    assert (kept.subject, kept.text, kept.html) == ("Backup", "Done: {{ all }}\n", "")
    assert [one.spec for one in kept.to] == [TO, "b@x.example", "c@x.example"]
    assert [one.spec for one in (*kept.cc, *kept.bcc)] == ["d@x.example", "e@x.example"]
    (mail,) = command_line.deliveries()
    assert (mail["activity"], mail["subject"], len(mail["recipients"])) == (None, "Backup", 5)
    composed = command_line("outbox", "show", str(mail["id"]), "--eml", "-").out
    assert "From: boss@company.example\n" in composed.replace("\r\n", "\n")
    assert "e@x.example" not in composed


def test_the_text_comes_from_standard_input_for_want_of_another(command_line):
    assert queued(command_line, "--subject", "Disk", TO, stdin="\ufeffFull: 97 %, für wahr\n".encode()).text == (
        "Full: 97 %, für wahr\n"
    )
    ran = command_line("send", "--subject", "x", TO, stdin=b"Hi", at_terminal=True)
    assert ran.err.startswith("Reading the text from standard input. End with Ctrl+")
    assert command_line("send", "--subject", "x", TO, stdin=b"\xff\xfe").code == 65


def test_text_html_and_attachments_come_from_files(command_line, tmp_path):
    (tmp_path / "text").write_text("Grüße\n", encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>Hi", encoding="utf-8")
    files = ("--text-file", str(tmp_path / "text"), "--html-file", str(tmp_path / "page.html"))
    kept = queued(command_line, *files, "--attach", str(tmp_path / "page.html"), TO)
    assert (kept.subject, kept.text, kept.html) == ("", "Grüße\n", "<p>Hi")
    assert [(one.name, one.content) for one in kept.attachments] == [("page.html", b"<p>Hi")]
    assert queued(command_line, "--html", "<b>x</b>", TO).text == ""


def test_it_goes_through_the_smtp_that_is_named(command_line):
    queued(command_line, "--smtp", "other", "--text", "x", TO)
    assert len(command_line.deliveries("--smtp", "Other")) == len(claim(command_line)) == 1


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--subject", "x", "--text", "y"), 65, "--to: No recipients. Name at least one with --to."),
        (("--text", "y", "nobody"), 65, "--to: “nobody” is not an email address."),
        (("--text", "y", "--cc", "a@b.example, x y", TO), 65, "--cc: "),
        (("--text", "y\udcff", TO), 65, "--text: It is not UTF-8 text."),
        (("--text", "y", "--attach", "/no/such/file", TO), 65, "/no/such/file"),
        (("--text", "y", "--text-file", "x", TO), 64, "--text-file"),
        (("--text", "y", "-t", TO), 64, "-t is for a complete message"),
        (("--text", "y", "-f", "a@b.example", TO), 64, "-f is for a complete message"),
        (("--text", "y", "--smtp", "Nobody", TO), 78, "Nobody"),
    ],
)
def test_what_can_not_be_sent_is_refused_and_nothing_queued(command_line, options, code, said):
    ran = command_line("send", *options)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert command_line.deliveries() == []


def test_a_subject_adds_no_header(command_line):
    assert queued(command_line, "--subject", "a\r\nBcc: x@y.example =?x", "--text", "y", TO).subject == (
        "a Bcc: x@y.example = ?x"
    )
