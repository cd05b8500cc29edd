"""The output of `smtp test` and `smtp check`: warnings, certificates, a chart of the times, a report in a file."""

import io
import sys
from dataclasses import replace

import pytest
from cli.printed import everything_printed
from servers.smtp.mailserver import MailServer
from services.reports import CHAIN, ENDED_AT, PROFILE, WARNING, failed, passed, timeline

from smtp_desktop.cli.output.conversation import chart_lines
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.smtp.check_results import print_runs, print_single_run, report_document, summary_line
from smtp_desktop.cli.smtp.check_runs import CheckRun
from smtp_desktop.cli.smtp.step_printer import StepPrinter
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg

FOUND = Step(stage=Stage.FIND_HOST, status=StepStatus.DONE, detail="192.0.2.7", duration_ms=100)
CONNECTING = Step(stage=Stage.CONNECT, status=StepStatus.RUNNING, started_ms=100)
SPOILED = SmtpDesktopError(msg("The keyring is locked."))


class Screen(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def server():
    with MailServer(users={"boss@company.example": "secret"}) as server:
        yield server


def run_of(outcome):
    return CheckRun(profile=PROFILE, outcome=outcome, ended_at=ENDED_AT)


def cancelled():
    failure = Failure(stage=Stage.GREET, kind=FailureKind.CANCELLED, message=msg("Cancelled."))
    return passed(timeline=timeline(failure=failure))


def untrusted():
    """Returns the report of a failed handshake."""
    failure = Failure(
        stage=Stage.SECURE, kind=FailureKind.CERTIFICATE, message=msg("It is not trusted."), chain=CHAIN[:1]
    )
    return passed(timeline=replace(timeline(failure=failure), security=None))


def test_bars_stand_on_one_axis():
    assert chart_lines(failed().timeline) == [
        "  Find host  [###                                     ]     18 ms",
        "  Connect    [  #####                                 ]     27 ms",
        "  Secure     [       #########                        ]     55 ms",
        "  Greet      [                #####                   ]     28 ms",
        "  Sign in    [                    !!!!!!!!!!!!!!!!!!!!]    121 ms",
        "  Content    [                                        ]  not reached",
    ]


@pytest.mark.parametrize(
    ("started_ms", "duration_ms", "bar"),
    [(0, 0, "#" + " " * 39), (1000, 0, " " * 39 + "#"), (500, 0, " " * 20 + "#" + " " * 19), (0, 1000, "#" * 40)],
)
def test_every_step_that_was_reached_has_a_bar_on_the_axis(started_ms, duration_ms, bar):
    step = Step(stage=Stage.CONNECT, status=StepStatus.DONE, started_ms=started_ms, duration_ms=duration_ms)
    whole = Step(stage=Stage.GREET, status=StepStatus.UNKNOWN, duration_ms=1000)
    lines = chart_lines(Timeline(steps=(step, whole)))
    assert lines[0].partition("[")[2].partition("]")[0] == bar
    assert "?" * 40 in lines[1]


def test_a_conversation_without_steps_has_no_chart():
    assert chart_lines(Timeline(steps=())) == []


def test_a_success_with_warnings_says_so_and_is_no_failure(capsys):
    run = run_of(passed(warnings=(WARNING,)))
    print_single_run(run, Output())
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1] == "Alerts_Gmail: accepted by smtp.gmail.example: 250 queued as 4F2A"
    assert shown.err.splitlines() == [
        "Alerts_Gmail: Test passed, but recipients may distrust the mail",
        "",
        "No SPF record",
        "Nobody may send for it.",
        "  1. Publish one in DNS.",
    ]
    assert run.exit_code == 0


def test_a_report_has_a_line_each_with_failures_last_and_their_advice(capsys):
    print_runs([run_of(failed()), run_of(SPOILED), run_of(passed(warnings=(WARNING,))), run_of(passed())], Output())
    shown = capsys.readouterr()
    assert shown.err == ""
    head, *lines, space, summary = shown.out.splitlines()
    assert head.split() == ["SMTP", "OUTCOME", "TOOK", "DETAILS"]
    assert [line.split()[1] for line in lines if not line.startswith(" ")] == ["ok", "warning", "FAILED", "FAILED"]
    assert lines[2] == "    No SPF record. Publish one in DNS."
    assert lines[3].endswith("  Sign in: 535 5.7.8 Username and Password not accepted")
    assert lines[4] == "    Google requires an app password. Create an app password."
    assert lines[5].endswith("  The keyring is locked.")
    assert (space, summary) == (
        "",
        "4 checked: 1 works; 1 works, but with warnings; 1 failed; 1 could not be tried.",
    )


def test_a_failure_without_a_reply_is_said_once_where_it_is_quiet(capsys):
    output = Output()
    output.is_quiet = True
    refused = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("Nothing is listening on this port."))
    print_runs([run_of(replace(failed(), timeline=timeline(failure=refused)))], output)
    assert capsys.readouterr() == ("", "Alerts_Gmail: failed at Connect: Nothing is listening on this port.\n")


@pytest.mark.parametrize("printed", [print_runs, lambda runs, output: print_single_run(runs[0], output)])
def test_quiet_prints_a_line_for_a_failure_and_nothing_else(printed, capsys):
    output = Output()
    output.is_quiet = True
    printed([run_of(failed()), run_of(passed(warnings=(WARNING,)))], output)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == (
        "",
        "Alerts_Gmail: failed at Sign in: 535 5.7.8 Username and Password not accepted. "
        "Google requires an app password.\n",
    )
    printed([run_of(passed()), run_of(passed())], output)
    assert capsys.readouterr() == ("", "")


def test_a_certificate_that_is_not_trusted_is_printed(capsys):
    print_single_run(run_of(untrusted()), Output())
    shown = capsys.readouterr().err
    for words in ("smtp.gmail.example", "Example CA, Example Ltd", "2026-01-01", "2027-01-01", "AB:AB:"):
        assert words in shown


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (passed(), "works"),
        (passed(warnings=(WARNING,)), "works_but"),
        (failed(), "failed"),
        (cancelled(), "cancelled"),
        (
            passed(timeline=timeline(failure=replace(cancelled().timeline.failure, kind=FailureKind.OUTCOME_UNKNOWN))),
            "unknown",
        ),
    ],
)
def test_the_outcome_is_a_word(report, outcome):
    assert report_document(report)["outcome"] == outcome


def test_a_document_has_warnings_and_security():
    document = report_document(passed(warnings=(WARNING,)))
    assert document["ok"] is True
    assert document["concerns"] == [
        {
            "kind": "spf_missing",
            "title": "No SPF record",
            "meaning": "Nobody may send for it.",
            "steps": ["Publish one in DNS."],
        }
    ]
    security = document["security"]
    assert (security["mode"], security["version"]) == ("implicit", "TLSv1.3")
    assert [one["subject"] for one in security["certificates"]] == ["smtp.gmail.example", "Example CA"]
    assert security["certificates"][0].keys() >= {
        *("subject", "issuer", "names", "valid_from", "valid_until", "fingerprint"),
    }


def test_a_document_of_a_failed_handshake_has_the_certificates():
    security = report_document(untrusted())["security"]
    assert (security["mode"], len(security["certificates"])) == (None, 1)


def test_the_summary_counts_each_outcome():
    outcomes = [passed(), passed(), passed(warnings=(WARNING,)), failed(), cancelled(), SPOILED]
    assert summary_line([run_of(outcome) for outcome in outcomes]) == (
        "6 checked: 2 work; 1 works, but with warnings; 1 failed; 1 stopped; 1 could not be tried."
    )
    assert summary_line([]) == "0 checked: none."


def test_on_a_terminal_the_running_step_is_overwritten(monkeypatch, capsys):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)  # the process has one only
    printer = StepPrinter(Output(), 1, prints_steps=True)
    printer.step(replace(FOUND, status=StepStatus.RUNNING))
    printer.step(FOUND)
    printer.step(CONNECTING)
    printer.conversation_ended()
    assert capsys.readouterr().out == "ok       Find host      100 ms  192.0.2.7\n"
    blank = "\r" + " " * len("...      Find host") + "\r"
    assert screen.getvalue() == f"...      Find host{blank}...      Connect\r{' ' * len('...      Connect')}\r"


def test_a_step_that_was_not_reached_is_not_printed(capsys):
    printer = StepPrinter(Output(), 1, prints_steps=True)
    printer.step(CONNECTING)
    printer.step(replace(CONNECTING, status=StepStatus.NOT_REACHED))
    assert capsys.readouterr().out == ""


def test_on_a_terminal_several_are_counted(monkeypatch, capsys):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)  # the process has one only
    printer = StepPrinter(Output(), 2, prints_steps=False)
    printer.step(CONNECTING)
    printer.conversation_ended()
    printer.conversation_ended()
    assert capsys.readouterr().out == ""
    assert [part for part in screen.getvalue().split("\r") if part.strip()] == [
        *("... 0 of 2 done", "... 1 of 2 done", "... 2 of 2 done")
    ]
    assert screen.getvalue().endswith("\r")


def test_elsewhere_and_where_it_is_quiet_no_progress_is_shown(monkeypatch, capsys):
    printer = StepPrinter(Output(), 1, prints_steps=True)
    printer.step(CONNECTING)
    printer.conversation_ended()
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
    monkeypatch.setattr(sys, "stderr", Screen())  # the process has one only
    output = Output()
    output.is_quiet = True
    printer = StepPrinter(output, 1, prints_steps=True)
    printer.step(CONNECTING)
    printer.step(FOUND)
    printer.conversation_ended()
    assert sys.stderr.getvalue() == capsys.readouterr().out == ""


def test_json_shows_the_progress_on_a_terminal_and_no_steps(monkeypatch, capsys):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)  # the process has one only
    output = Output()
    output.as_json = True
    printer = StepPrinter(output, 1, prints_steps=True)
    printer.step(CONNECTING)
    printer.step(FOUND)
    printer.conversation_ended()
    assert capsys.readouterr().out == ""
    assert screen.getvalue() == f"...      Connect\r{' ' * len('...      Connect')}\r"


def test_a_report_is_written_for_a_test(smtp_desktop, server, tmp_path):
    smtp_desktop.create("One", "--port", str(server.port), "--no-tls")
    path = tmp_path / "report.txt"
    path.write_text("an older and much longer report\n" * 100)
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example", "--report", str(path))
    assert ran.code == 0, ran.err
    shown = path.read_text("utf-8")
    assert shown.startswith("Report of a test\n\nEnded         2")
    assert "Test passed: the message was accepted by 127.0.0.1\nThe server said: 250 2.0.0 OK: mail 1\n" in shown
    assert "C: RCPT TO:<me@company.example>" in shown
    assert "SMTP Desktop " in shown
    assert "older" not in shown
    assert "secret" not in shown


def test_a_report_is_written_for_every_check(smtp_desktop, server, tmp_path):
    smtp_desktop.create("One", "--port", str(server.port), "--no-tls")
    smtp_desktop.create("Bare", "--port", str(server.port), "--no-tls")
    del smtp_desktop.vault.secrets[list(smtp_desktop.vault.secrets)[-1]]
    path = tmp_path / "report.txt"
    assert smtp_desktop("smtp", "check", "--all", "--report", str(path), "--json").code == 78
    first, second = path.read_text("utf-8").split("=" * 72)
    assert "Check passed: 127.0.0.1 works" in first
    assert second.strip().startswith("Bare could not be tried\nThe password of Bare")


def test_a_report_that_can_not_be_written_fails_before_a_mail_is_sent(smtp_desktop, server, tmp_path):
    smtp_desktop.create("One", "--port", str(server.port), "--no-tls")
    path = tmp_path / "nowhere" / "report.txt"
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example", "--report", str(path))
    assert ran.code == 73
    assert "report.txt can't be written: " in ran.err
    assert server.received == server.sign_ins == []


def test_everything_that_is_printed_of_a_report_can_be_searched():
    shown = everything_printed(failed(warnings=()))
    for words in ("Test failed: Alerts_Gmail could not sign in", "AUTH PLAIN ••••", '"party": "server"', "Sign in  "):
        assert words in shown


def test_what_a_narrow_terminal_cuts_off_of_a_failure_stands_below(monkeypatch, capsys):
    monkeypatch.setattr("smtp_desktop.cli.output.output.terminal_width", lambda: 50)
    print_runs([run_of(failed()), run_of(passed())], Output())
    _, passed_line, failed_line, said, advised, *_ = capsys.readouterr().out.splitlines()
    assert (len(passed_line), len(failed_line)) == (50, 50)
    assert failed_line.endswith("…")
    assert said == "    Sign in: 535 5.7.8 Username and Password not accepted"
    assert advised.startswith("    Google ")
