"""The mailbox: order, limit, threads."""

import threading
from datetime import UTC, datetime

from smtp_desktop.domain.mail.received import MailId
from smtp_desktop.local_inbox.mailbox import KEPT_BYTES, KEPT_MAILS, Mailbox

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _mailbox() -> tuple[Mailbox, list[int]]:
    counts: list[int] = []
    return Mailbox(counts.append, utc_now=lambda: NOON), counts


def _add(mailbox: Mailbox, subject: str) -> MailId:
    raw = f"Subject: {subject}\r\n\r\nwords\r\n".encode()
    return mailbox.add(sender="a@example.com", recipients=("b@example.com",), raw=raw).id


def test_the_newest_comes_first_and_every_arrival_is_notified() -> None:
    mailbox, counts = _mailbox()
    first, second = _add(mailbox, "one"), _add(mailbox, "two")

    assert [mail.subject for mail in mailbox.all()] == ["two", "one"]
    assert counts == [1, 2]
    kept = mailbox.get(first)
    assert kept is not None
    assert (kept.subject, kept.sender, kept.recipients, kept.received_at) == (
        "one",
        "a@example.com",
        ("b@example.com",),
        NOON,
    )
    assert second != first


def test_the_oldest_is_dropped_beyond_five_hundred() -> None:
    mailbox, counts = _mailbox()
    ids = [_add(mailbox, str(number)) for number in range(KEPT_MAILS + 2)]

    assert len(mailbox.all()) == KEPT_MAILS
    assert mailbox.get(ids[1]) is None
    assert mailbox.get(ids[2]) is not None
    assert counts[-1] == KEPT_MAILS


def test_the_oldest_is_dropped_beyond_a_hundred_megabytes() -> None:
    mailbox, _counts = _mailbox()
    raw = b"x" * 10_000_000
    ids = [mailbox.add(sender="", recipients=(), raw=raw).id for _ in range(12)]
    assert [mail.id for mail in mailbox.all()] == ids[:1:-1]
    assert sum(len(mail.raw) for mail in mailbox.all()) <= KEPT_BYTES
    mailbox.clear()
    _add(mailbox, "after")
    assert len(mailbox.all()) == 1


def test_clear_leaves_nothing_and_uses_no_id_again() -> None:
    mailbox, _counts = _mailbox()
    old = _add(mailbox, "old")
    mailbox.clear()

    assert mailbox.all() == ()
    assert _add(mailbox, "new") != old
    assert mailbox.get(old) is None


def test_arrivals_from_many_threads_are_all_kept() -> None:
    mailbox, counts = _mailbox()
    threads = [
        threading.Thread(target=lambda: [_add(mailbox, "x") for _ in range(25)], name=f"sender-{number}")
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len({mail.id for mail in mailbox.all()}) == 200
    assert sorted(counts) == list(range(1, 201))
