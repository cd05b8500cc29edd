"""Raw mails that are odd, from `send` to a server that takes no more than it must, among others that are not."""

import sys
from email import message_from_bytes, policy

import pytest
from servers.smtp.mailserver import MailServer
from servers.smtp.sink import Sink

from smtp_desktop import bootstrap
from smtp_desktop.transports.smtp import prepared_message

ODD = {
    "unknown charset": b"Content-Type: text/plain; charset=utf8mb4\n\nGr\xc3\xbc\xc3\x9fe\n",
    "no charset": b"\nGr\xc3\xbc\xc3\x9fe\n",
    "Latin 1": b"\nGr\xfc\xdfe\n",
    "8-bit header": b"X-Note: Gr\xc3\xbc\xc3\x9fe\n\nplain\n",
    "long line": b"\n" + b"word " * 900 + b"\n",
    "nested": b"Content-Type: message/rfc822\n\nSubject: Gr\xfc\xdfe\n\nGr\xfc\xdfe\n",
}
SIGNED = {
    "multipart": b"Content-Type: multipart/signed; boundary=s\n\n--s\n\nGr\xc3\xbc\xc3\x9fe\n--s--\n",
    "DKIM": b"DKIM-Signature: v=1\n\nGr\xc3\xbc\xc3\x9fe\n",
}


@pytest.fixture
def command_line(smtp_desktop):
    return smtp_desktop


def relay(command_line, sink):
    server = ("--host", "127.0.0.1", "--port", str(sink.port), "--no-tls", "--no-auth", "--from", "desk@x.example")
    assert command_line("smtp", "create", "Relay", *server).code == 0


def send(command_line, name, rest):
    raw = f"From: a@x.example\nTo: to@x.example\nSubject: {name}\nMIME-Version: 1.0\n".encode() + rest
    assert command_line("send", stdin=raw).code == 0


@pytest.mark.parametrize("offers", [(), ("PIPELINING",), ("PIPELINING", "CHUNKING")])
def test_each_goes_out_as_the_server_takes_it_and_delays_no_other(command_line, offers):
    with Sink(offers=offers, seven_bit=True, keeps=True) as sink:
        relay(command_line, sink)
        for number, (name, rest) in enumerate((ODD | SIGNED).items()):
            send(command_line, f"plain {number}", b"\nplain\n")
            send(command_line, name, rest)
        command_line("outbox", "run")
        mails = {mail["subject"]: mail for mail in command_line.deliveries()}
        refused = {name for name, mail in mails.items() if mail["state"] != "sent"}
        assert refused == set(SIGNED)
        assert all("must not be changed" in mails[name]["last_reply"] for name in SIGNED)
        assert all(content.isascii() for content in sink.contents)
        assert max(len(line) for content in sink.contents for line in content.split(b"\r\n")) <= 998
        found = {parsed["Subject"]: parsed for parsed in map(message_from_bytes, sink.contents)}
        assert len(found) == len(sink.contents) == len(ODD | SIGNED) + len(ODD)
        assert found["unknown charset"].get_payload(decode=True) == "Grüße\r\n".encode()
        assert found["no charset"].get_content_charset() == "utf-8"
        assert found["Latin 1"].get_payload(decode=True).decode(found["Latin 1"].get_content_charset()) == "Grüße\r\n"
        assert found["nested"].get_payload(0).get_payload(decode=True) == b"Gr\xfc\xdfe\r\n"


@pytest.mark.parametrize("offers", [(), ("PIPELINING", "CHUNKING")])
def test_a_bug_at_one_mail_delays_no_other(command_line, monkeypatch, offers):
    compose = prepared_message.compose

    def broken(message, **more):
        if b"Subject: bad" in message.raw:
            raise KeyError("bug")
        return compose(message, **more)

    monkeypatch.setattr(prepared_message, "compose", broken)  # for a bug that is not there, as far as anybody knows
    with Sink(offers=offers) as sink:
        relay(command_line, sink)
        for number in range(12):
            send(command_line, "bad" if number in {3, 4, 8} else "good", b"\nx\n")
        command_line("outbox", "run")
        assert len(sink.message_ids) == 9
    states = [(mail["subject"], mail["state"]) for mail in command_line.deliveries()]
    assert states.count(("good", "sent")) == 9
    assert states.count(("bad", "waiting")) == 3


@pytest.mark.parametrize(
    ("options", "sender", "author"),
    [
        (("-f", "<>"), "<>", "desk@x.example"),
        (("-f", "me@x.example", "-F", "Jörg"), "me@x.example", "Jörg <me@x.example>"),
        (("-f", "root", "-F", "Cron"), "desk@x.example", "Cron <desk@x.example>"),
        (("-oem",), "desk@x.example", "desk@x.example"),
    ],
)
def test_a_missing_from_is_the_senders(command_line, options, sender, author):
    with MailServer() as server:
        relay(command_line, server)
        assert command_line("send", "-t", *options, stdin=b"To: to@x.example\n\nhi\n").code == 0
        command_line("outbox", "run")
        (received,) = server.received
    assert received.sender == sender
    assert message_from_bytes(received.content, policy=policy.default)["From"] == author


def test_a_link_of_the_name_sendmail_sends(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SMTP_DESKTOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["/usr/sbin/sendmail", "-bs"])  # the process has one only
    assert bootstrap.main() == 64
    assert "mode of sendmail" in capsys.readouterr().err
