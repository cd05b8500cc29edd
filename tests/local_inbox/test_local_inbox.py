"""The local inbox on the wire, with the standard library's client."""

import base64
import gc
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.errors import PortTaken
from smtp_desktop.domain.secret import Secret
from smtp_desktop.local_inbox.server import LocalInbox
from smtp_desktop.local_inbox.sessions import SIZE_LIMIT_BYTES

PASSWORD = "pass wörd"
WAIT_S = 10


@pytest.fixture
def inbox() -> Iterator[LocalInbox]:
    made = LocalInbox(None, lambda _count: None, password=Secret(PASSWORD))
    made.start()
    yield made
    made.stop()


def _trusting(inbox: LocalInbox) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=inbox.ca_pem)


def _ca_of_another_inbox() -> str:
    other = LocalInbox(None, lambda _count: None)
    other.start()
    other.stop()
    return other.ca_pem


def _connected(inbox: LocalInbox) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", inbox.start(), timeout=WAIT_S)


def _secured(inbox: LocalInbox) -> smtplib.SMTP:
    client = _connected(inbox)
    client.starttls(context=_trusting(inbox))
    client.ehlo()
    return client


def _sign_in(client: smtplib.SMTP, inbox: LocalInbox, password: str = PASSWORD) -> None:
    # By hand: smtplib can't sign in with other than ASCII.
    token = f"\0{inbox.user_name}\0{password}".encode()
    code, words = client.docmd("AUTH", "PLAIN " + base64.b64encode(token).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _signed_in(inbox: LocalInbox) -> smtplib.SMTP:
    client = _secured(inbox)
    _sign_in(client, inbox)
    return client


def test_a_mail_is_kept_byte_for_byte(inbox: LocalInbox) -> None:
    raw = b"Subject: dots\r\nX-Odd:  two  blanks \r\n\r\n.\r\n..two\r\n\r\nend \xfc\r\n\r\n"
    with _signed_in(inbox) as client:
        client.sendmail("a@example.com", ["b@example.com", "c@example.com"], raw, ["BODY=8BITMIME"])

    (mail,) = inbox.mailbox.all()
    assert mail.raw == raw
    assert (mail.sender, mail.recipients) == ("a@example.com", ("b@example.com", "c@example.com"))


def test_arrivals_are_notified() -> None:
    counts: list[int] = []
    inbox = LocalInbox(None, counts.append, password=Secret(PASSWORD))
    inbox.start()
    with _signed_in(inbox) as client:
        client.sendmail("a@example.com", "b@example.com", b"x\r\n")
        client.sendmail("a@example.com", "b@example.com", b"x\r\n")
    inbox.stop()

    assert counts == [1, 2]


def test_auth_login_works_too() -> None:
    other = LocalInbox(None, lambda _count: None, user_name="me", password=Secret("ascii"))
    other.start()
    with _secured(other) as client:
        client.user, client.password = "me", "ascii"
        assert client.auth("LOGIN", client.auth_login)[0] == 235
    other.stop()


def test_a_wrong_password_is_refused_with_535(inbox: LocalInbox) -> None:
    with _secured(inbox) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            _sign_in(client, inbox, "wrong")
        assert refused.value.smtp_code == 535
        assert client.mail("a@example.com")[0] == 530


def test_the_password_is_made_up_and_never_shows() -> None:
    first, second = (LocalInbox(None, lambda _count: None) for _ in range(2))

    assert first.password != second.password
    assert first.user_name == "demo@localhost"
    assert len(first.password.reveal()) >= 20


def test_nobody_signs_in_or_sends_before_tls(inbox: LocalInbox) -> None:
    with _connected(inbox) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] in {530, 538}
        assert client.mail("a@example.com")[0] == 530


def test_nobody_sends_without_signing_in(inbox: LocalInbox) -> None:
    with _secured(inbox) as client:
        assert client.has_extn("auth")
        assert client.mail("a@example.com")[0] == 530
    assert inbox.mailbox.all() == ()


def test_refusals_can_be_tried(inbox: LocalInbox) -> None:
    with _signed_in(inbox) as client:
        client.mail("a@example.com")
        assert client.rcpt("full@example.com") == (452, b"4.2.2 This mailbox is full, try again later")
        assert client.rcpt("unknown@example.com") == (550, b"5.1.1 There is no such mailbox here")
        assert client.rcpt("fuller@example.com")[0] == 250
        client.data(b"x\r\n")

    (mail,) = inbox.mailbox.all()
    assert mail.recipients == ("fuller@example.com",)


def test_a_mail_beyond_ten_megabytes_is_refused(inbox: LocalInbox) -> None:
    line = b"x" * 98 + b"\r\n"
    with _signed_in(inbox) as client:
        assert client.esmtp_features["size"] == str(SIZE_LIMIT_BYTES)
        assert client.mail("a@example.com", [f"SIZE={SIZE_LIMIT_BYTES + 1}"])[0] == 552
        client.mail("a@example.com")
        client.rcpt("b@example.com")
        assert client.data(line * (SIZE_LIMIT_BYTES // 100 + 1))[0] == 552
        client.sendmail("a@example.com", "b@example.com", line)
    assert [len(mail.raw) for mail in inbox.mailbox.all()] == [100]


def test_international_addresses_and_headers_arrive(inbox: LocalInbox) -> None:
    raw = "From: 用户@example.com\r\nSubject: Füße\r\n\r\nx\r\n".encode()
    with _signed_in(inbox) as client:
        client.command_encoding = "utf-8"
        client.mail("用户@example.com", ["SMTPUTF8", "BODY=8BITMIME"])
        client.rcpt("jürgen@example.com")
        client.data(raw)

    (mail,) = inbox.mailbox.all()
    assert (mail.sender, mail.recipients) == ("用户@example.com", ("jürgen@example.com",))
    assert (mail.subject, mail.from_, mail.raw) == ("Füße", "用户@example.com", raw)


def test_a_report_has_an_empty_sender(inbox: LocalInbox) -> None:
    with _signed_in(inbox) as client:
        client.sendmail("", "b@example.com", b"x\r\n")

    assert [mail.sender for mail in inbox.mailbox.all()] == [""]


@pytest.mark.long
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_accepted_or_refused_but_never_break_it(inbox: LocalInbox, raw: bytes) -> None:
    with _signed_in(inbox) as client:
        client.mail("a@example.com")
        client.rcpt("b@example.com")
        code, _words = client.data(raw)
        assert code == 250
        assert client.noop()[0] == 250


def test_only_this_computer_reaches_it(inbox: LocalInbox) -> None:
    port = inbox.start()
    # Every address of 127/8 is this computer, but only 127.0.0.1 is bound: a server on 0.0.0.0 would answer.
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection(("127.0.0.2", port), timeout=WAIT_S).close()
    socket.create_connection(("127.0.0.1", port), timeout=WAIT_S).close()


def test_stop_closes_connections_frees_the_port_and_leaves_no_thread() -> None:
    inbox = LocalInbox(None, lambda _count: None, password=Secret(PASSWORD))
    port = inbox.start()
    clients = [_connected(inbox), _secured(inbox), _signed_in(inbox), _connected(inbox)]
    assert clients[-1].docmd("STARTTLS")[0] == 220  # and then no handshake
    in_data = _signed_in(inbox)
    in_data.mail("a@example.com")
    in_data.rcpt("b@example.com")
    assert in_data.docmd("DATA")[0] == 354
    inbox.stop()

    assert "local-inbox" not in [thread.name for thread in threading.enumerate()]
    for client in [*clients, in_data]:
        with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
            client.noop()
        client.close()
    assert inbox.start(port) == port
    inbox.stop()
    inbox.stop()
    assert inbox.mailbox.all() == ()


def test_a_connection_that_was_just_accepted_is_closed_by_stop() -> None:
    for _ in range(10):
        inbox = LocalInbox(None, lambda _count: None)
        with socket.create_connection(("127.0.0.1", inbox.start()), timeout=WAIT_S):
            inbox.stop()
        gc.collect()  # warns now of a socket that was not closed


def test_a_taken_port_fails_in_plain_words(inbox: LocalInbox) -> None:
    second = LocalInbox(None, lambda _count: None)
    port = inbox.start()

    with pytest.raises(PortTaken, match=f"port {port}.*Choose another port"):
        second.start(port)
    assert second.start() != port
    second.stop()


def test_a_client_that_rejects_the_certificate_does_no_harm(inbox: LocalInbox) -> None:
    client = _connected(inbox)
    with pytest.raises(ssl.SSLCertVerificationError):
        client.starttls(context=ssl.create_default_context(cadata=_ca_of_another_inbox()))
    client.close()

    with _signed_in(inbox) as after:
        assert after.noop()[0] == 250


def test_the_certificate_is_the_same_after_a_restart(tmp_path: Path) -> None:
    pems = []
    for _ in range(2):
        inbox = LocalInbox(tmp_path, lambda _count: None)
        inbox.start()
        pems.append(inbox.ca_pem)
        inbox.stop()
    assert pems[0] == pems[1]


def test_what_clients_send_is_not_logged(inbox: LocalInbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"), _secured(inbox) as client:
        client.docmd("AUTH", "PLAIN c2VjcmV0LXdvcmQ")
        client.docmd("c2VjcmV0LXdvcmQ=")
    assert "c2VjcmV0" not in caplog.text
