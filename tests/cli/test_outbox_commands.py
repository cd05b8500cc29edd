"""smtp-desktop outbox list|show|retry|cancel"""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from cli.delivery_results import claim, finish

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.store.outbox.outbox import SqliteOutbox

LATER = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def command_line(smtp_desktop):
    """A home with one SMTP and the activity Greet."""
    smtp_desktop.create("Relay")
    smtp_desktop.create_activity("Greet")
    return smtp_desktop


def states(command_line):
    return {mail["id"]: mail["state"] for mail in command_line.deliveries()}


def test_an_empty_outbox_lists_nothing(smtp_desktop):
    assert smtp_desktop.deliveries() == []
    ran = smtp_desktop("outbox", "list")
    assert (ran.code, ran.out) == (0, "")


def test_a_delivery_is_printed_by_its_fields_names(command_line):
    number = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    (mail,) = command_line.deliveries()
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
        "recipients": [{"address": "ann@company.example", "state": "refused", "last_reply": "550 5.1.1 No such user"}],
        "attempts": 1,
        "next_try_at": None,
        "cause": "recipient_refused",
        "last_reply": "550 5.1.1 No such user",
        "may_be_twice": False,
        "content_dropped": False,
    }


def test_a_message_that_was_not_tried_names_the_smtp_that_it_will_go_through(command_line):
    command_line.create("Other")
    command_line.create_activity("Bound", "--smtp", "Other")
    by_default, bound = command_line.trigger("Greet"), command_line.trigger("Bound")
    assert {mail["id"]: mail["smtp"] for mail in command_line.deliveries()} == {by_default: "Relay", bound: "Other"}
    assert "Other" in command_line("outbox", "list").out
    assert "SMTP:       Other\n" in command_line("outbox", "show", str(bound)).out
    assert command_line("smtp", "set-default", "Other").code == 0
    assert {mail["smtp"] for mail in command_line.deliveries()} == {"Other"}


def test_the_newest_come_first_up_to_the_limit(command_line):
    numbers = [command_line.trigger("Greet", who=f"{number}") for number in range(5)]
    assert [mail["id"] for mail in command_line.deliveries("--limit", "3")] == numbers[:1:-1]
    lines = command_line("outbox", "list", "--limit", "2").out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", str(numbers[4]), str(numbers[3])]
    assert "waiting" in lines[1]


def test_why_mails_wait_is_printed(command_line):
    command_line.trigger("Greet")
    application = command_line.application()
    SqliteOutbox(application.database).hold(
        SmtpHold(
            profile_id=application.services.profiles.by_name("Relay").id,
            since=datetime.now(UTC),
            stage=Stage.SIGN_IN,
            kind=FailureKind.REPLY,
            reply="535 5.7.8 Wrong\x1b[31m password.",
            until=LATER,
        )
    )
    application.close()
    ran = command_line("outbox", "list")
    assert ran.err.startswith("Relay has been on hold since ")
    assert r"(sign-in refused: 535 5.7.8 Wrong\x1b[31m password)" in ran.err
    assert ran.err.endswith("then run: smtp-desktop smtp check Relay\n")
    assert ran.err.count("\n") == 1
    assert "waiting, on hold" in ran.out
    number = command_line.deliveries()[0]["id"]
    assert command_line("outbox", "show", str(number)).err == ran.err
    assert len(command_line("outbox", "list", "--json").json) == 1


def test_a_pause_by_hand_is_printed_until_it_is_resumed(command_line):
    command_line.trigger("Greet")
    assert command_line("smtp", "pause", "relay", "--json").json[0]["changed"] is True
    printed = command_line("outbox", "list").err
    assert printed.startswith("Relay has been paused manually since ")
    assert printed.endswith("To resume, run: smtp-desktop smtp resume Relay\n")
    assert command_line("smtp", "resume", "Relay", "--json").json[0]["changed"] is True
    assert command_line("outbox", "list").err == ""


def test_filters(command_line):
    command_line.create_activity("Wave", "--subject", "Bye {{ who }}")
    refused = command_line.trigger("Greet", who="Zoe")
    finish(command_line, DeliveryState.REFUSED)
    sent = command_line.trigger("Wave")
    finish(command_line, DeliveryState.SENT)
    waiting = command_line.trigger("Greet")

    def found(*options):
        return [mail["id"] for mail in command_line.deliveries(*options)]

    assert found() == [waiting, sent, refused]
    assert found("--state", "sent", "--state", "refused") == [sent, refused]
    assert found("--activity", "greet") == [waiting, refused]
    assert found("--search", "ZOE") == [refused]
    assert found("--state", "waiting", "--search", "zoe") == []
    assert command_line("outbox", "list", "--activity", "Nobody").code == 78
    assert command_line("outbox", "list", "--state", "lost").code == 64


def test_filters_by_smtp_and_time(command_line):
    command_line.create("Other")
    command_line.create_activity("Wave", "--smtp", "Other")
    refused = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    other, waiting = command_line.trigger("Wave"), command_line.trigger("Greet")

    def found(*options):
        return [mail["id"] for mail in command_line.deliveries(*options)]

    assert found("--smtp", "relay") == [waiting, refused]  # tried through it, or waiting for it as the default
    assert found("--smtp", "Other") == [other]
    assert command_line("outbox", "list", "--smtp", "Nobody").code == 78
    for since in ("1h", "2000-01-01", "2000-01-01T10:00", "2000-01-01T10:00Z", "2000-01-01T10:00+05:30"):
        assert len(found("--since", since)) == 3
        assert found("--until", since) == []
    today = datetime.now().astimezone().date()
    assert len(found("--since", f"{today}", "--until", f"{today}")) == 3
    assert len(found("--until", "0m")) == 3
    for wrong in ("tomorrow", "1y", "2026-13-01", ""):
        ran = command_line("outbox", "list", "--since", wrong)
        assert (ran.code, "is not a time. Examples: 2h" in ran.err) == (64, True)


def test_a_list_that_is_cut_says_so_and_how_to_go_on(command_line):
    numbers = [command_line.trigger("Greet") for _ in range(5)]
    ran = command_line("outbox", "list", "--limit", "2", "--json")
    assert [one["id"] for one in ran.json] == numbers[:2:-1]
    assert ran.err == f"Showing 2 of 5 messages. For older ones add: --before {numbers[3]} (or use a larger --limit).\n"
    ran = command_line("outbox", "list", "--limit", "3", "--before", f"{numbers[3]}", "--json")
    assert ([one["id"] for one in ran.json], ran.err) == (numbers[2::-1], "")
    assert command_line("outbox", "list", "--limit", "5").err == ""


def test_show_prints_every_attempt(command_line):
    number = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    shown = command_line("outbox", "show", str(number), "--json").json
    (attempt,) = shown.pop("attempts_log")
    assert [shown] == command_line.deliveries()
    assert datetime.fromisoformat(attempt.pop("started_at"))
    assert attempt == {
        "number": 1,
        "smtp": "Relay",
        "by_backup": False,
        "state": "refused",
        "cause": "recipient_refused",
        "stage": "recipient",
        "kind": "reply",
        "message": "The recipient was refused.",
        "certificate": None,
        "reply": {"code": 550, "enhanced_code": "5.1.1", "text": "No such user", "ids": {}, "retry_after_s": None},
        "steps": [
            {"stage": "connect", "outcome": "done", "detail": "127.0.0.1", "started_ms": 0.0, "duration_ms": 1.5},
            {"stage": "recipient", "outcome": "failed", "detail": "", "started_ms": 1.5, "duration_ms": 0.0},
        ],
        "transcript": [
            {"at_ms": 2.0, "party": "client", "text": "RCPT TO:<ann@company.example>"},
            {"at_ms": 3.0, "party": "server", "text": "550 5.1.1 \x1b[31mNo such user"},
        ],
    }


def test_show_in_words_steers_no_terminal(command_line):
    number = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    short = command_line("outbox", "show", str(number)).out
    assert "Attempt 1, " in short
    assert "Recipients: ann@company.example (refused: 550 5.1.1 No such user)\n" in short
    assert "550 5.1.1 No such user" in short
    assert "RCPT TO" not in short
    long = command_line("outbox", "show", str(number), "--transcript").out
    assert "  C: RCPT TO:<ann@company.example>\n  S: 550 5.1.1 \\x1b[31mNo such user\n" in long
    assert "\x1b" not in command_line("outbox", "show", str(number), "--json").out


@pytest.mark.parametrize("verb", ["show", "retry", "cancel"])
def test_a_delivery_that_does_not_exist(command_line, verb):
    ran = command_line("outbox", verb, "99", "--json")
    assert (ran.code, ran.json["error"]["message"]) == (78, "There is no message 99 in the outbox.")
    assert command_line("outbox", verb, "9223372036854775807").code == 78
    for wrong in ("x", "0", "9223372036854775808"):
        assert command_line("outbox", verb, wrong).code == 64


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_ids_or_all_not_both(command_line, verb):
    every = {"retry": "--all-refused", "cancel": "--all-waiting"}[verb]
    assert command_line("outbox", verb).code == 64
    assert command_line("outbox", verb, "1", every).code == 64


def test_retry_makes_refused_and_cancelled_ones_wait(command_line):
    refused = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    cancelled = command_line.trigger("Greet")
    command_line("outbox", "cancel", str(cancelled))
    ran = command_line("outbox", "retry", str(refused), str(cancelled), str(refused), "--json")
    assert (ran.code, ran.json) == (
        0,
        {"resent": 2, "hurried": 0, "queued": [], "ids": [refused, cancelled], "dry_run": False},
    )
    assert states(command_line) == {refused: "waiting", cancelled: "waiting"}
    assert len(claim(command_line)) == 2


def test_retry_of_one_that_waits_is_at_once(command_line):
    number = command_line.trigger("Greet")
    finish(command_line, DeliveryState.WAITING, next_try_at=LATER)
    assert claim(command_line) == []
    ran = command_line("outbox", "retry", str(number))
    assert (ran.code, ran.out) == (0, "1 waiting message will be tried now.\n")
    assert [delivery.id for delivery in claim(command_line)] == [number]


def test_the_mail_itself_is_written_to_a_file_or_to_standard_output(command_line, tmp_path):
    number = str(command_line.trigger("Greet"))
    path = tmp_path / "it.eml"
    ran = command_line("outbox", "show", number, "--eml", str(path), "--json")
    assert (ran.code, ran.json) == (0, {"file": str(path), "size_bytes": path.stat().st_size})
    assert b"\r\nSubject: Hello Ann\r\n" in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert command_line("outbox", "show", number, "--eml", "-").out.startswith("From: ")
    assert command_line("outbox", "show", number, "--eml", str(tmp_path / "no" / "x")).code == 73
    assert command_line("outbox", "show", number, "--eml", "-", "--json").code == 64


@pytest.mark.parametrize("text", ["Dear Ann", "Grüße, {{ who }}\n" * 200])
@pytest.mark.parametrize("html", ["", "<p>Hello {{ who }}\n" * 200])
@pytest.mark.parametrize("count", [0, 3])
def test_the_size_is_that_of_the_composed_message_but_for_a_few_percent(command_line, tmp_path, text, html, count):
    (tmp_path / "data").write_bytes(b"x" * 5000)
    options = [option for _ in range(count) for option in ("--attach", str(tmp_path / "data"))]
    command_line.create_activity("Sized", "--text", text, "--html", html, *options)
    number = command_line.trigger("Sized")
    assert command_line("outbox", "show", str(number), "--eml", str(tmp_path / "eml")).code == 0
    assert command_line.deliveries()[0]["size_bytes"] == pytest.approx((tmp_path / "eml").stat().st_size, rel=0.1)


def test_retry_elsewhere_makes_mails_of_their_own(command_line):
    command_line.create("Spare")
    number = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    ran = command_line("outbox", "retry", str(number), "--via", "spare", "--to", "Bo <bo@x.example>", "--json")
    assert (ran.code, ran.json["resent"], ran.json["hurried"]) == (0, 1, 0)
    (queued,) = ran.json["queued"]
    new, old = command_line.deliveries()
    assert (old["id"], old["state"]) == (number, "refused")
    assert (new["id"], new["state"], new["activity"]) == (queued, "waiting", "Greet")
    assert [one["address"] for one in new["recipients"]] == ["bo@x.example"]
    ran = command_line("outbox", "retry", str(number), "--via", "Spare")
    assert (ran.code, ran.out) == (0, f"Queued 1 new message: {queued + 1}.\n")
    assert [one["address"] for one in command_line.deliveries()[0]["recipients"]] == ["ann@company.example"]


def test_retry_elsewhere_changes_nothing_where_it_makes_no_sense(command_line):
    number = str(command_line.trigger("Greet"))
    ran = command_line("outbox", "retry", number, "--to", "bo@x.example")
    assert (ran.code, "cancel it first" in ran.err) == (65, True)
    finish(command_line, DeliveryState.SENT)
    assert "Use --again" in command_line("outbox", "retry", number, "--via", "Relay").err
    assert command_line("outbox", "retry", number, "--via", "Nobody", "--again").code == 78
    assert command_line("outbox", "retry", number, "--to", "no address").code == 65
    assert command_line("outbox", "retry", "--all-refused", "--to", "bo@x.example").code == 64
    assert len(command_line.deliveries()) == 1


def test_retry_all_refused(command_line):
    refused = [command_line.trigger("Greet") for _ in range(3)]
    finish(command_line, DeliveryState.REFUSED)
    sent = command_line.trigger("Greet")
    finish(command_line, DeliveryState.SENT)
    ran = command_line("outbox", "retry", "--all-refused", "--yes")
    assert (ran.code, ran.out) == (0, "3 messages will be sent again.\n")
    assert states(command_line) == dict.fromkeys(refused, "waiting") | {sent: "sent"}


def test_one_that_was_sent_goes_twice_only_when_asked_for(command_line):
    sent = command_line.trigger("Greet")
    finish(command_line, DeliveryState.SENT)
    refused = command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    ran = command_line("outbox", "retry", str(refused), str(sent), "--json")
    assert ran.code == 65
    assert "--again" in ran.json["error"]["message"]
    assert states(command_line) == {sent: "sent", refused: "refused"}
    assert command_line("outbox", "retry", str(sent), "--again", "--json").json["resent"] == 1
    assert states(command_line) == {sent: "waiting", refused: "refused"}


def test_one_that_is_being_sent_is_left_alone(command_line):
    number = command_line.trigger("Greet")
    claim(command_line)
    for verb in ("retry", "cancel"):
        ran = command_line("outbox", verb, str(number))
        assert (ran.code, states(command_line)) == (65, {number: "sending"})


def test_cancel_takes_only_what_waits(command_line):
    sent = command_line.trigger("Greet")
    finish(command_line, DeliveryState.SENT)
    waiting = command_line.trigger("Greet")
    refused = command_line("outbox", "cancel", str(waiting), str(sent))
    assert refused.code == 65
    assert f"Message {sent} is not waiting (state: sent)." in refused.err
    assert states(command_line) == {sent: "sent", waiting: "waiting"}
    ran = command_line("outbox", "cancel", str(waiting), "--json")
    assert (ran.code, ran.json) == (0, {"cancelled": 1, "ids": [waiting], "dry_run": False})
    assert states(command_line) == {sent: "sent", waiting: "cancelled"}


def test_cancel_all_waiting_stops_every_further_try(command_line):
    unknown = command_line.trigger("Greet")
    finish(command_line, DeliveryState.UNKNOWN, next_try_at=LATER)
    lost = command_line.trigger("Greet")
    finish(command_line, DeliveryState.UNKNOWN)
    waiting = [command_line.trigger("Greet") for _ in range(2)]
    ran = command_line("outbox", "cancel", "--all-waiting", "--yes")
    assert (ran.code, ran.out) == (0, "Canceled 3 messages.\n")
    assert states(command_line) == dict.fromkeys(waiting, "cancelled") | {unknown: "unknown", lost: "unknown"}
    assert all(mail["next_try_at"] is None for mail in command_line.deliveries())


@pytest.mark.parametrize("verb", ["retry", "cancel"])
class TestManyAtOnce:
    OPTIONS = ("--state", "waiting", "--activity", "Greet")

    def test_a_dry_run_shows_them_and_changes_nothing(self, command_line, verb):
        command_line.create_activity("Wave")
        numbers = [command_line.trigger("Greet"), command_line.trigger("Greet")]
        command_line.trigger("Wave")
        ran = command_line("outbox", verb, *self.OPTIONS, "--dry-run", "--json")
        assert (ran.code, ran.json["ids"], ran.json["dry_run"]) == (0, numbers[::-1], True)
        shown = command_line("outbox", verb, *self.OPTIONS, "--dry-run").out.splitlines()
        assert [line.split()[0] for line in shown[1:]] == ["ID", *map(str, numbers[::-1])]
        assert set(states(command_line).values()) == {"waiting"}

    def test_a_person_is_asked_and_a_script_says_yes(self, command_line, verb):
        number = command_line.trigger("Greet")
        finish(command_line, DeliveryState.WAITING, next_try_at=LATER)
        assert command_line("outbox", verb, *self.OPTIONS).code == 64
        ran = command_line("outbox", verb, *self.OPTIONS, stdin=b"n\n", at_terminal=True)
        assert (ran.code, "1 message" in ran.err, states(command_line)) == (1, True, {number: "waiting"})
        assert command_line("outbox", verb, *self.OPTIONS, stdin=b"y\n", at_terminal=True).code == 0

    def test_ids_and_filters_exclude_each_other(self, command_line, verb):
        assert command_line("outbox", verb, "1", *self.OPTIONS).code == 64
        assert command_line("outbox", verb, "--state", "sending", "--yes").code == 64
        assert command_line("outbox", verb, "--state", "sent", "--yes").code == 64


def test_retry_by_filter_needs_a_state(command_line):
    assert "--state" in command_line("outbox", "retry", "--smtp", "Relay", "--yes").err
    assert command_line("outbox", "retry", "--state", "sent", "--again", "--yes").code == 0


class TestPurge:
    @pytest.fixture
    def filled(self, command_line):
        """A message that was sent, one that was refused, one that is tried again and one that waits."""
        numbers = []
        for state, later in (("sent", None), ("refused", None), ("unknown", LATER)):
            numbers.append(command_line.trigger("Greet"))
            finish(command_line, DeliveryState(state), next_try_at=later)
        return [*numbers, command_line.trigger("Greet")]

    def test_only_finished_ones_are_deleted_and_never_young_ones(self, command_line, filled):
        sent, refused, unknown, waiting = filled
        ran = command_line("outbox", "purge", "--yes", "--json")
        assert (ran.code, ran.json) == (0, {"deleted": 0, "ids": [], "dry_run": False})
        ran = command_line("outbox", "purge", "--older-than", "0", "--dry-run", "--json")
        assert (ran.code, ran.json) == (0, {"deleted": 0, "ids": [refused, sent], "dry_run": True})
        ran = command_line("outbox", "purge", "--older-than", "0", "--state", "sent", "--yes")
        assert (ran.code, ran.out) == (0, "Deleted 1 message.\n")
        assert states(command_line) == {refused: "refused", unknown: "unknown", waiting: "waiting"}

    def test_a_person_is_asked_first(self, command_line, filled):
        ran = command_line("outbox", "purge", "--older-than", "0", stdin=b"n\n", at_terminal=True)
        assert ran.code == 1
        assert "Delete 2 messages that are finished? This can't be undone." in ran.err
        assert len(states(command_line)) == len(filled)

    def test_wrong_usage(self, command_line):
        assert command_line("outbox", "purge").code == 64
        assert command_line("outbox", "purge", "--state", "waiting", "--yes").code == 64


def test_former_names_still_work(command_line):
    number = command_line.trigger("Greet")
    assert [one["id"] for one in command_line("deliveries", "list", "--json").json] == [number]


def test_one_that_goes_on_meanwhile_is_printed(command_line):
    number = command_line.trigger("Greet")

    def overtake(opened):
        command_line.when_opened = None
        cancel = opened.outbox.cancel

        class Overtaken:
            get = opened.outbox.get

            def cancel(self, ids):
                claim(command_line)
                return cancel(ids)

        opened.outbox = Overtaken()

    command_line.when_opened = overtake
    ran = command_line("outbox", "cancel", str(number))
    assert ran.code == 65
    assert "1 message has moved on" in ran.err
    assert states(command_line) == {number: "sending"}


def test_csv_holds_all_that_fit(command_line, tmp_path):
    for number in range(3):
        command_line.trigger("Greet", who=f"=Gr\u00fc\u00dfe{number}")
    command_line("outbox", "cancel", "1")
    file = tmp_path / "mails.csv"
    ran = command_line("outbox", "list", "--state", "waiting", "--csv", str(file), "--json")
    assert (ran.code, ran.json) == (0, {"exported": 2, "file": str(file)})
    content = file.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 3
    assert {"Hello =Gr\u00fc\u00dfe1", "Hello =Gr\u00fc\u00dfe2"} <= {cell for row in rows for cell in row}


def test_csv_on_standard_output_is_nothing_else(command_line):
    command_line.trigger("Greet")
    ran = command_line("outbox", "list", "--csv", "-")
    assert (ran.code, ran.err) == (0, "")
    assert len(list(csv.reader(ran.out.splitlines()))) == 2


def test_csv_wrong_usage(command_line, tmp_path):
    assert command_line("outbox", "list", "--csv", "-", "--json").code == 64
    assert command_line("outbox", "list", "--csv", "-", "--limit", "3").code == 64
    ran = command_line("outbox", "list", "--csv", str(tmp_path / "no" / "such" / "folder.csv"))
    assert ran.code == 73
    assert "can't be written" in ran.err
