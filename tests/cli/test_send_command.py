"""smtp-desktop send"""

import pytest

from smtp_desktop.store.outbox.outbox import SqliteOutbox

MESSAGE = (
    b"From: Jobs <jobs@company.example>\r\nTo: ann@company.example, Bob <bob@company.example>\r\n"
    b"Bcc: eve@company.example\r\nSubject: Nightly run\r\nMessage-ID: <7@job.company.example>\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nDone, \xff\xfe no text at all.\r\n"
)


@pytest.fixture
def command_line(smtp_desktop):
    smtp_desktop.create("One")
    smtp_desktop.create("Two")
    return smtp_desktop


def message(command_line, number):
    """What is to be sent, as it stands on the disk."""
    application = command_line.application()
    kept = SqliteOutbox(application.database).message(number)
    application.close()
    return kept


def addresses(mail):
    return [recipient["address"] for recipient in mail["recipients"]]


def test_a_message_is_queued_as_it_is(command_line):
    ran = command_line("send", stdin=MESSAGE)
    assert (ran.code, ran.err) == (0, "")
    (mail,) = command_line.deliveries()
    assert ran.out == f"{mail['id']}\n"
    assert (mail["subject"], mail["message_id"], mail["activity"]) == ("Nightly run", "<7@job.company.example>", None)
    assert addresses(mail) == ["ann@company.example", "bob@company.example", "eve@company.example"]
    raw = message(command_line, mail["id"]).raw
    assert b"no text at all" in raw
    assert b"\xff\xfe" in raw
    assert b"eve@company.example" not in raw


def test_recipients_and_sender_can_be_given(command_line):
    ran = command_line(
        *("send", "--smtp", "two", "--to", "c@b.example", "--to", "d@b.example", "--from", "bounce@company.example"),
        "--json",
        stdin=MESSAGE,
    )
    assert ran.code == 0, ran.err
    assert command_line.deliveries() == [ran.json]
    assert addresses(ran.json) == ["c@b.example", "d@b.example"]
    assert message(command_line, ran.json["id"]).sender.spec == "bounce@company.example"


def test_a_person_is_asked_for_the_message(command_line):
    ran = command_line("send", stdin=MESSAGE, at_terminal=True)
    assert ran.err.startswith("Reading the message from standard input. End with Ctrl+")


def test_it_is_bound_to_the_named_smtp(command_line):
    number = command_line("send", "--smtp", "two", stdin=MESSAGE, at_terminal=False).out.strip()
    application = command_line.application()
    bound = application.services.outbox.get(int(number)).smtp_id
    assert bound == application.services.profiles.by_name("Two").id
    application.close()


@pytest.mark.parametrize(
    ("options", "stdin"),
    [
        ((), b""),
        ((), b"Subject: nobody gets it\r\n\r\nx"),
        (("--to", "nobody"), MESSAGE),
        (("--from", "nobody"), MESSAGE),
    ],
)
def test_what_can_not_be_sent_is_refused(command_line, options, stdin):
    ran = command_line("send", *options, "--json", stdin=stdin)
    assert ran.code == 65, ran.err
    assert command_line.deliveries() == []


def test_an_smtp_that_does_not_exist(command_line):
    assert command_line("send", "--smtp", "Nobody", stdin=MESSAGE).code == 78


def test_without_an_smtp_nothing_is_queued(smtp_desktop):
    ran = smtp_desktop("send", "--json", stdin=MESSAGE)
    assert (ran.code, smtp_desktop.deliveries()) == (78, [])


SHORT = b"To: ann@company.example\nBcc: eve@company.example\n\nHi\n.\nmore\n"


NAMED = [
    (("c@b.example", "d@b.example, e@b.example"), ["c@b.example", "d@b.example", "e@b.example"]),
    (("-t",), ["ann@company.example", "eve@company.example"]),
    (("-t", "c@b.example"), ["c@b.example", "ann@company.example", "eve@company.example"]),
    (("-ti", "--", "c@b.example"), ["c@b.example", "ann@company.example", "eve@company.example"]),
    (("-oi", "-t"), ["ann@company.example", "eve@company.example"]),
    (("-FCronDaemon", "-i", "-B8BITMIME", "-oem", "c@b.example"), ["c@b.example"]),
    (
        ("-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "root"),
        ["ann@company.example", "eve@company.example"],
    ),
    (("-i", "-f", "me@b.example", "--to", "c@b.example", "d@b.example"), ["d@b.example", "c@b.example"]),
    (
        ("-bm", "-v", "-N", "success,delay", "-R", "hdrs", "-V", "id", "-O", "X=y", "c@b.example"),
        ["c@b.example"],
    ),
    (("-om", "-em", "-odb", "-n", "-U", "-G", "-Am", "-L", "tag", "-X", "log", "c@b.example"), ["c@b.example"]),
]
WHOLE = [
    (("-t",), False),
    (("c@b.example",), False),
    (("-t", "-i"), True),
    (("-oi", "c@b.example"), True),
    (("-O", "IgnoreDots=True", "c@b.example"), True),
    (("-oem", "-o", "i", "c@b.example"), True),
    ((), True),
    (("--to", "c@b.example"), True),
]
SENDERS = [
    (("-f", "me@b.example"), "me@b.example"),
    (("-fme@b.example",), "me@b.example"),
    (("-r", "Me <me@b.example>"), "me@b.example"),
    (("--from", "me@b.example"), "me@b.example"),
    (("-f", ""), ""),
    (("-f", "<>"), ""),
    (("--from", "<>"), ""),
    (("-f", "root"), None),
    ((), None),
]


class TestAsSendmail:
    def test_it_goes_to_those_who_are_named(self, command_line):
        for options, names in NAMED:
            ran = command_line("send", *options, stdin=SHORT)
            assert (ran.code, ran.err) == (0, "")
            mail = command_line.deliveries()[0]
            assert addresses(mail) == names
            assert b"eve@" not in message(command_line, mail["id"]).raw

    def test_a_lone_dot_ends_the_message_as_there(self, command_line):
        for options, is_whole in WHOLE:
            assert command_line("send", *options, stdin=SHORT).code == 0
            raw = message(command_line, command_line.deliveries()[0]["id"]).raw
            assert raw.endswith(b"Hi\n.\nmore\n" if is_whole else b"Hi\n")

    def test_the_sender_is_the_one_that_is_given(self, command_line):
        for options, sender in SENDERS:
            assert command_line("send", "-ti", *options, stdin=SHORT).code == 0
            kept = message(command_line, command_line.deliveries()[0]["id"]).sender
            assert (kept.spec if kept else None) == sender

    def test_the_name_is_kept_for_a_missing_from(self, command_line):
        assert command_line("send", "-ti", "-F", "Jörg Müller", stdin=SHORT).code == 0
        assert message(command_line, command_line.deliveries()[0]["id"]).sender_name == "Jörg Müller"

    @pytest.mark.parametrize("options", [("-bs",), ("-bp",), ("-bd",)])
    def test_other_modes_are_wrong_usage(self, command_line, options):
        assert command_line("send", *options, stdin=SHORT).code == 64
        assert command_line.deliveries() == []
