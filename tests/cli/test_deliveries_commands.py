"""smtp-desktop deliveries list|show|retry|cancel"""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from cli.outcomes import claim, finish

from smtp_desktop.domain.delivery.delivery import DeliveryState, SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.store.outbox.outbox import SqliteOutbox

LATER = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def house(smtp_desktop):
    """A home with one SMTP and the activity Greet."""
    smtp_desktop.create("Relay")
    smtp_desktop.create_activity("Greet")
    return smtp_desktop


def states(house):
    return {mail["id"]: mail["state"] for mail in house.deliveries()}


def test_an_empty_outbox_lists_nothing(smtp_desktop):
    assert smtp_desktop.deliveries() == []
    ran = smtp_desktop("deliveries", "list")
    assert (ran.code, ran.out) == (0, "")


def test_a_delivery_is_told_by_its_fields_names(house):
    number = house.trigger("Greet")
    finish(house, DeliveryState.REFUSED)
    (mail,) = house.deliveries()
    for moment in ("created_at", "finished_at"):
        assert datetime.fromisoformat(mail.pop(moment)).utcoffset() == timedelta(0)
    assert mail.pop("message_id")[0] == "<"
    assert mail.pop("size_bytes") > 0
    assert mail == {
        "id": number,
        "state": "refused",
        "activity": "Greet",
        "smtp": "Relay",
        "by_backup": False,
        "subject": "Hello Ann",
        "recipients": [{"address": "ann@company.example", "state": "refused", "reply": "550 5.1.1 No such user"}],
        "attempts": 1,
        "next_try_at": None,
        "last_reply": "550 5.1.1 No such user",
        "may_be_twice": False,
    }


def test_the_newest_come_first_up_to_the_limit(house):
    numbers = [house.trigger("Greet", who=f"{number}") for number in range(5)]
    assert [mail["id"] for mail in house.deliveries("--limit", "3")] == numbers[:1:-1]
    lines = house("deliveries", "list", "--limit", "2").out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", str(numbers[4]), str(numbers[3])]
    assert "waiting" in lines[1]


def test_why_mails_wait_is_told(house):
    house.trigger("Greet")
    application = house.application()
    SqliteOutbox(application.database).hold(
        SmtpHold(
            profile_id=application.services.profiles.by_name("Relay").id,
            since=datetime.now(UTC),
            stage=Stage.SIGN_IN,
            kind=FailureKind.REPLY,
            reply="535 5.7.8 Wrong\x1b[31m password.",
            probe_at=LATER,
        )
    )
    application.close()
    ran = house("deliveries", "list")
    assert ran.err.startswith("Nothing goes through Relay since 20")
    assert "535 5.7.8 Wrong\\x1b[31m password. Mend it, then run: smtp-desktop smtp check Relay\n" in ran.err
    assert len(house("deliveries", "list", "--json").json) == 1


def test_filters(house):
    house.create_activity("Wave", "--subject", "Bye {{ who }}")
    refused = house.trigger("Greet", who="Zoe")
    finish(house, DeliveryState.REFUSED)
    sent = house.trigger("Wave")
    finish(house, DeliveryState.SENT)
    waiting = house.trigger("Greet")

    def found(*options):
        return [mail["id"] for mail in house.deliveries(*options)]

    assert found() == [waiting, sent, refused]
    assert found("--state", "sent", "--state", "refused") == [sent, refused]
    assert found("--activity", "greet") == [waiting, refused]
    assert found("--search", "ZOE") == [refused]
    assert found("--state", "waiting", "--search", "zoe") == []
    assert house("deliveries", "list", "--activity", "Nobody").code == 78
    assert house("deliveries", "list", "--state", "lost").code == 64


def test_show_tells_every_attempt(house):
    number = house.trigger("Greet")
    finish(house, DeliveryState.REFUSED)
    told = house("deliveries", "show", str(number), "--json").json
    (attempt,) = told.pop("attempts_log")
    assert [told] == house.deliveries()
    assert datetime.fromisoformat(attempt.pop("started_at"))
    assert attempt == {
        "number": 1,
        "smtp": "Relay",
        "by_backup": False,
        "state": "refused",
        "stage": "recipient",
        "kind": "reply",
        "message": "The recipient was refused.",
        "certificate": None,
        "reply": {"code": 550, "enhanced_code": "5.1.1", "text": "No such user"},
        "steps": [
            {"stage": "connect", "outcome": "done", "detail": "127.0.0.1", "started_ms": 0.0, "duration_ms": 1.5},
            {"stage": "recipient", "outcome": "failed", "detail": "", "started_ms": 1.5, "duration_ms": 0.0},
        ],
        "transcript": ["C: RCPT TO:<ann@company.example>", "S: 550 5.1.1 \x1b[31mNo such user"],
    }


def test_show_in_words_steers_no_terminal(house):
    number = house.trigger("Greet")
    finish(house, DeliveryState.REFUSED)
    short = house("deliveries", "show", str(number)).out
    assert "Try 1, " in short
    assert "550 5.1.1 No such user" in short
    assert "RCPT TO" not in short
    long = house("deliveries", "show", str(number), "--transcript").out
    assert "  C: RCPT TO:<ann@company.example>\n  S: 550 5.1.1 \\x1b[31mNo such user\n" in long
    assert "\x1b" not in house("deliveries", "show", str(number), "--json").out


@pytest.mark.parametrize("verb", ["show", "retry", "cancel"])
def test_a_delivery_that_does_not_exist(house, verb):
    assert house("deliveries", verb, "99", "--json").code == 78
    assert house("deliveries", verb, "9223372036854775807").code == 78
    for wrong in ("x", "0", "9223372036854775808"):
        assert house("deliveries", verb, wrong).code == 64


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_ids_or_all_not_both(house, verb):
    every = {"retry": "--all-refused", "cancel": "--all-waiting"}[verb]
    assert house("deliveries", verb).code == 64
    assert house("deliveries", verb, "1", every).code == 64


def test_retry_makes_refused_and_cancelled_ones_wait(house):
    refused = house.trigger("Greet")
    finish(house, DeliveryState.REFUSED)
    cancelled = house.trigger("Greet")
    house("deliveries", "cancel", str(cancelled))
    ran = house("deliveries", "retry", str(refused), str(cancelled), str(refused), "--json")
    assert (ran.code, ran.json) == (0, {"resent": 2, "hurried": 0})
    assert states(house) == {refused: "waiting", cancelled: "waiting"}
    assert len(claim(house)) == 2


def test_retry_of_one_that_waits_is_at_once(house):
    number = house.trigger("Greet")
    finish(house, DeliveryState.WAITING, next_try_at=LATER)
    assert claim(house) == []
    ran = house("deliveries", "retry", str(number))
    assert (ran.code, ran.out) == (0, "1 waiting mail to be tried at once.\n")
    assert [delivery.id for delivery in claim(house)] == [number]


def test_retry_all_refused(house):
    refused = [house.trigger("Greet") for _ in range(3)]
    finish(house, DeliveryState.REFUSED)
    sent = house.trigger("Greet")
    finish(house, DeliveryState.SENT)
    ran = house("deliveries", "retry", "--all-refused")
    assert (ran.code, ran.out) == (0, "3 mails to be sent again.\n")
    assert states(house) == dict.fromkeys(refused, "waiting") | {sent: "sent"}


def test_one_that_was_sent_goes_twice_only_when_asked_for(house):
    sent = house.trigger("Greet")
    finish(house, DeliveryState.SENT)
    refused = house.trigger("Greet")
    finish(house, DeliveryState.REFUSED)
    ran = house("deliveries", "retry", str(refused), str(sent), "--json")
    assert ran.code == 65
    assert "--again" in ran.json["error"]["message"]
    assert states(house) == {sent: "sent", refused: "refused"}
    assert house("deliveries", "retry", str(sent), "--again", "--json").json == {"resent": 1, "hurried": 0}
    assert states(house) == {sent: "waiting", refused: "refused"}


def test_one_that_is_being_sent_is_left_alone(house):
    number = house.trigger("Greet")
    claim(house)
    for verb in ("retry", "cancel"):
        ran = house("deliveries", verb, str(number))
        assert (ran.code, states(house)) == (65, {number: "sending"})


def test_cancel_takes_only_what_waits(house):
    sent = house.trigger("Greet")
    finish(house, DeliveryState.SENT)
    waiting = house.trigger("Greet")
    refused = house("deliveries", "cancel", str(waiting), str(sent))
    assert refused.code == 65
    assert f"{sent} does not wait any more, it is sent." in refused.err
    assert states(house) == {sent: "sent", waiting: "waiting"}
    ran = house("deliveries", "cancel", str(waiting), "--json")
    assert (ran.code, ran.json) == (0, {"cancelled": 1})
    assert states(house) == {sent: "sent", waiting: "cancelled"}


def test_cancel_all_waiting_stops_every_further_try(house):
    unknown = house.trigger("Greet")
    finish(house, DeliveryState.UNKNOWN, next_try_at=LATER)
    lost = house.trigger("Greet")
    finish(house, DeliveryState.UNKNOWN)
    waiting = [house.trigger("Greet") for _ in range(2)]
    ran = house("deliveries", "cancel", "--all-waiting")
    assert (ran.code, ran.out) == (0, "Cancelled 3 mails.\n")
    assert states(house) == dict.fromkeys(waiting, "cancelled") | {unknown: "unknown", lost: "unknown"}
    assert all(mail["next_try_at"] is None for mail in house.deliveries())


def test_one_that_goes_on_meanwhile_is_told(house):
    number = house.trigger("Greet")

    def overtake(opened):
        house.when_opened = None
        cancel = opened.outbox.cancel

        class Overtaken:
            get = opened.outbox.get

            def cancel(self, ids):
                claim(house)
                return cancel(ids)

        opened.outbox = Overtaken()

    house.when_opened = overtake
    ran = house("deliveries", "cancel", str(number))
    assert ran.code == 65
    assert "1 mail went on meanwhile" in ran.err
    assert states(house) == {number: "sending"}


def test_csv_holds_all_that_fit(house, tmp_path):
    for number in range(3):
        house.trigger("Greet", who=f"=Gr\u00fc\u00dfe{number}")
    house("deliveries", "cancel", "1")
    file = tmp_path / "mails.csv"
    ran = house("deliveries", "list", "--state", "waiting", "--csv", str(file), "--json")
    assert (ran.code, ran.json) == (0, {"exported": 2, "file": str(file)})
    content = file.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 3
    assert {"Hello =Gr\u00fc\u00dfe1", "Hello =Gr\u00fc\u00dfe2"} <= {cell for row in rows for cell in row}


def test_csv_on_standard_output_is_nothing_else(house):
    house.trigger("Greet")
    ran = house("deliveries", "list", "--csv", "-")
    assert (ran.code, ran.err) == (0, "")
    assert len(list(csv.reader(ran.out.splitlines()))) == 2


def test_csv_wrong_usage(house, tmp_path):
    assert house("deliveries", "list", "--csv", "-", "--json").code == 64
    assert house("deliveries", "list", "--csv", "-", "--limit", "3").code == 64
    ran = house("deliveries", "list", "--csv", str(tmp_path / "no" / "such" / "folder.csv"))
    assert ran.code == 78
    assert "can't be written" in ran.err
