"""smtp-desktop mailbox list|show, on mailboxes that are fakes."""

from dataclasses import replace

import pytest
from fakes.mailboxes import CircularMailboxes, FakeMailboxes, a_mail

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage, SupportId
from smtp_desktop.domain.mail.received import Header
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

REFUSED = Failure(
    stage=Stage.MAILBOX,
    kind=FailureKind.GRAPH_REFUSED,
    message=msg("Microsoft Graph refused to read the mailbox."),
    reply=HttpReply(
        code=403,
        error_code="ErrorAccessDenied",
        text=("Access is denied.",),
        ids=(SupportId(name="request-id", value="11-22"),),
    ),
)


def changed(mail, **fields):
    return replace(mail, summary=replace(mail.summary, **fields))


@pytest.fixture
def reading(smtp_desktop):
    """Returns a function that gives the mailbox its mails and returns the command line."""
    smtp_desktop.create_graph("Cloud")

    def fill(*mails, **settings):
        smtp_desktop.mailboxes = FakeMailboxes(mails, **settings)
        return smtp_desktop

    return fill


def test_the_newest_are_listed(reading):
    smtp_desktop = reading(
        changed(a_mail(1), is_read=False), changed(a_mail(2), has_attachments=True, from_="A" * 50), a_mail(3)
    )
    ran = smtp_desktop("mailbox", "list", "cloud")
    assert ran.code == 0, ran.err
    heads, first, second, third = ran.out.splitlines()
    assert heads.split() == ["NEW", "FILES", "RECEIVED", "FROM", "SUBJECT"]
    received = a_mail(1).summary.received_at.astimezone().isoformat(sep=" ", timespec="minutes")
    assert first.split("  ")[0] == "new"
    assert received in first
    assert first.endswith("Mail 1")
    assert "Sender 1 <sender1@company.example>" in first
    assert second.startswith("-    files  ")
    assert "A" * 50 + "  Mail 2" in second
    assert third.startswith("-    -      ")
    (call,) = smtp_desktop.mailboxes.calls
    assert (call.mailbox.user_name, call.after) == ("box@company.example", None)
    assert [secret.reveal() for secret in call.secrets.values()] == ["the client's"]


def test_a_list_that_goes_round_in_circles_comes_to_an_end(smtp_desktop):
    smtp_desktop.create_graph("Cloud")
    smtp_desktop.mailboxes = CircularMailboxes([a_mail(n) for n in range(1, 31)])
    ran = smtp_desktop("mailbox", "list", "Cloud", "--limit", "60")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 31
    assert len(smtp_desktop.mailboxes.calls) <= 5


@pytest.mark.parametrize("piece", ["<a ", "</", "<?", "<!", "<!--", "&#1", "<p a='\"", "<title>", "<pre>"])
def test_a_mail_of_broken_html_is_printed(reading, piece):
    html = "<p>before</p>" + piece * 100_000
    ran = reading(replace(a_mail(1), html=html))("mailbox", "show", "Cloud", "id-1")
    assert ran.code == 0
    assert "before" in ran.out


def test_the_list_as_json(reading):
    smtp_desktop = reading(changed(a_mail(1), is_read=False), changed(a_mail(2), received_at=None))
    assert smtp_desktop("mailbox", "list", "Cloud", "--json").json == [
        {
            "id": "id-1",
            "from": "Sender 1 <sender1@company.example>",
            "subject": "Mail 1",
            "received_at": "2026-11-23T11:00:00Z",
            "is_read": False,
            "has_attachments": False,
        },
        {
            "id": "id-2",
            "from": "Sender 2 <sender2@company.example>",
            "subject": "Mail 2",
            "received_at": None,
            "is_read": True,
            "has_attachments": False,
        },
    ]


@pytest.mark.parametrize(
    ("options", "shown", "pages"),
    [((), 25, 1), (("--limit", "1"), 1, 1), (("--limit", "26"), 26, 2), (("--limit", "1000"), 60, 3)],
)
def test_pages_are_followed_until_there_are_enough(reading, options, shown, pages):
    smtp_desktop = reading(*map(a_mail, range(60)))
    ids = [one["id"] for one in smtp_desktop("mailbox", "list", "Cloud", *options, "--json").json]
    assert ids == [f"id-{number}" for number in range(shown)]
    assert len(smtp_desktop.mailboxes.calls) == pages


def test_a_mail_that_comes_twice_is_printed_once(reading):
    smtp_desktop = reading(a_mail(1), a_mail(2), a_mail(2), a_mail(3), page_size=2)
    ids = [one["id"] for one in smtp_desktop("mailbox", "list", "Cloud", "--json").json]
    assert ids == ["id-1", "id-2", "id-3"]


def test_a_list_that_leads_back_to_itself_ends(reading):
    smtp_desktop = reading(a_mail(1), a_mail(2), a_mail(3), page_size=2)
    smtp_desktop.mailboxes.leads_back = True
    ids = [one["id"] for one in smtp_desktop("mailbox", "list", "Cloud", "--limit", "60", "--json").json]
    assert ids == ["id-1", "id-2"]


def test_an_empty_inbox_is_said_to_be_so(reading):
    assert reading()("mailbox", "list", "Cloud").out == "The inbox of box@company.example is empty.\n"
    assert reading()("mailbox", "list", "Cloud", "--json").json == []


def test_a_mail_is_opened(reading):
    mail = a_mail(
        1,
        to=("me@company.example", "you@company.example"),
        headers=(Header(name="Subject", value="Mail 1"), Header(name="X-Spam", value="no\nFrom: forged")),
        text="Hello,\r\n\tyou.\x1b[2J\n",
    )
    smtp_desktop = reading(a_mail(0), mail)
    ran = smtp_desktop("mailbox", "show", "Cloud", "id-1")
    assert ran.code == 0, ran.err
    received = mail.summary.received_at.astimezone().isoformat(sep=" ", timespec="minutes")
    assert ran.out.splitlines() == [
        "From: Sender 1 <sender1@company.example>",
        "To: me@company.example, you@company.example",
        f"Received: {received}",
        "Subject: Mail 1",
        "X-Spam: no From: forged",
        "",
        "Hello,",
        "\tyou.\\x1b[2J",
    ]
    assert [call.mail_id for call in smtp_desktop.mailboxes.calls] == ["id-1"]


def test_html_is_printed_as_plain_words_and_as_it_is_in_json(reading):
    html = "<p>Hello&nbsp;<b>you</b></p><script>alert(1)</script>"
    smtp_desktop = reading(a_mail(1, html=html, cc=("c@d.example",), headers=(Header(name="X-A", value="b"),)))
    lines = smtp_desktop("mailbox", "show", "Cloud", "id-1").out.splitlines()
    assert lines[lines.index("") :] == ["", "Hello you"]
    shown = smtp_desktop("mailbox", "show", "Cloud", "id-1", "--json").json
    assert shown == {
        "id": "id-1",
        "from": "Sender 1 <sender1@company.example>",
        "subject": "Mail 1",
        "received_at": "2026-11-23T11:00:00Z",
        "is_read": True,
        "has_attachments": False,
        "to": [],
        "cc": ["c@d.example"],
        "headers": [{"name": "X-A", "value": "b"}],
        "text": "",
        "html": html,
    }


def test_a_mail_can_not_control_the_terminal(reading):
    bad = "\x1b[2J\x9b\x07\u202e"
    mail = replace(changed(a_mail(1), from_=bad, subject=bad), to=(bad,), html=f"<p>{bad}</p>")
    smtp_desktop = reading(mail)
    for words in (("list", "Cloud"), ("list", "Cloud", "--json"), ("show", "Cloud"), ("show", "Cloud", "--json")):
        ran = smtp_desktop("mailbox", *words)
        assert ran.code == 0
        assert not set(bad) - set("[2J") & set(ran.out + ran.err)


def test_a_refusal_says_what_to_do(reading):
    smtp_desktop = reading(a_mail(1))
    smtp_desktop.mailboxes.failure = REFUSED
    for words in (("list", "Cloud"), ("show", "Cloud"), ("show", "Cloud", "id-1")):
        ran = smtp_desktop("mailbox", *words)
        assert (ran.code, ran.out) == (77, "")
        assert ran.err.splitlines() == [
            "Error: Microsoft Graph refused to read the mailbox.",
            "Microsoft said: 403 ErrorAccessDenied Access is denied.",
            "request-id: 11-22",
            "",
            "Microsoft wants more",
            "Something is missing.",
            "  1. Do this.",
            "  2. Try.",
        ]


def test_a_refusal_as_json(reading):
    smtp_desktop = reading()
    smtp_desktop.mailboxes.failure = REFUSED
    assert smtp_desktop("mailbox", "list", "Cloud", "--json").json == {
        "error": {
            "code": "conversation_failed",
            "message": "Microsoft Graph refused to read the mailbox.",
            "fields": {},
            "missing": [],
            "failure": {
                "stage": "mailbox",
                "kind": "graph_refused",
                "message": "Microsoft Graph refused to read the mailbox.",
                "cause": "permission_missing",
                "certificate": None,
                "reply": {
                    "code": 403,
                    "enhanced_code": "ErrorAccessDenied",
                    "text": "Access is denied.",
                    "ids": {"request-id": "11-22"},
                    "retry_after_s": None,
                },
                "advice": {
                    "title": "Microsoft wants more",
                    "meaning": "Something is missing.",
                    "steps": ["Do this.", "Try."],
                },
            },
        }
    }


def test_a_mail_that_is_gone_is_refused_data(reading):
    assert reading(a_mail(1))("mailbox", "show", "Cloud", "id-9").code == 65


def test_a_server_has_no_mailbox_to_read(smtp_desktop):
    smtp_desktop.mailboxes = FakeMailboxes()
    smtp_desktop.create("One")
    ran = smtp_desktop("mailbox", "list", "One", "--json")
    assert ran.code == 78
    assert "One is an SMTP server" in ran.json["error"]["message"]
    assert smtp_desktop.mailboxes.calls == []


@pytest.mark.parametrize("options", [("--limit", "0"), ("--limit", "1001"), ("--limit", "x"), ("--message", "id-1")])
def test_wrong_usage_reads_nothing(reading, options):
    smtp_desktop = reading(a_mail(1))
    assert smtp_desktop("mailbox", "list", "Cloud", *options).code == 64
    assert smtp_desktop.mailboxes.calls == []


def test_a_locked_vault_is_opened_first(reading, monkeypatch):
    smtp_desktop = reading(a_mail(1))
    smtp_desktop.vault.locked = True
    assert smtp_desktop("mailbox", "list", "Cloud").code == 78
    assert smtp_desktop.mailboxes.calls == []
    monkeypatch.setenv("SMTP_DESKTOP_VAULT_PASSWORD", "master")
    assert smtp_desktop("mailbox", "list", "Cloud").code == 0
    assert smtp_desktop.vault.master == Secret("master")


def test_ctrl_c_ends_the_reading_first(reading, ctrl_c):
    smtp_desktop = reading(a_mail(1), blocking=True)

    ctrl_c(smtp_desktop.mailboxes.entered)
    ran = smtp_desktop("mailbox", "list", "Cloud", "--json")
    assert (ran.code, ran.json["error"]["message"]) == (130, "Stopped.")
    assert len(smtp_desktop.mailboxes.calls) == 1


def test_show_opens_the_newest_where_no_id_is_given(reading):
    smtp_desktop = reading(a_mail(1), a_mail(2))
    assert smtp_desktop("mailbox", "show", "Cloud", "--json").json["id"] == "id-1"
    ran = reading()("mailbox", "show", "Cloud", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (78, "not_found")


def test_a_list_that_is_cut_says_so(reading):
    smtp_desktop = reading(*(a_mail(number) for number in range(1, 31)))
    assert smtp_desktop("mailbox", "list", "Cloud").err == "Showing the newest 25; use --limit N to see more.\n"
    assert smtp_desktop("mailbox", "list", "Cloud", "--limit", "30").err == ""


def test_the_former_name_still_works(reading):
    smtp_desktop = reading(a_mail(1), a_mail(2))
    assert len(smtp_desktop("smtp", "mailbox", "Cloud", "--count", "1", "--json").json) == 1
    assert smtp_desktop("smtp", "mailbox", "Cloud", "--message", "id-2", "--json").json["id"] == "id-2"
    assert smtp_desktop("smtp", "mailbox", "Cloud", "--count", "1", "--message", "id-2").code == 64
    assert "\n  mailbox " not in smtp_desktop("smtp", "--help").out
