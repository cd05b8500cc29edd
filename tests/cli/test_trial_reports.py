"""What `smtp test` and `smtp check` tell: concerns, certificates, a chart of the times, a report in a file."""

import io
import sys
from dataclasses import replace

import pytest
from cli.told import everything_told
from servers.mailserver import MailServer
from services.reports import CHAIN, CONCERN, ENDED_AT, PROFILE, failed, passed, timeline

from smtp_desktop.cli.output.conversation import chart_lines
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.output.progress import LiveSteps
from smtp_desktop.cli.output.test_result import report_document
from smtp_desktop.cli.smtp.check_runs import Tried, summary, tell, tell_alone
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Step, StepStatus, Timeline
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg

FOUND = Step(stage=Stage.FIND_HOST, outcome=StepStatus.DONE, detail="192.0.2.7", duration_ms=100)
CONNECTING = Step(stage=Stage.CONNECT, outcome=StepStatus.RUNNING, started_ms=100)
SPOILED = SmtpDesktopError(msg("The keyring is locked."))


class Screen(io.StringIO):
    """Standard error, as a terminal shows it."""

    def isatty(self):
        return True


@pytest.fixture
def server():
    with MailServer(users={"boss@company.example": "secret"}) as server:
        yield server


def tried(outcome):
    return Tried(profile=PROFILE, outcome=outcome, ended_at=ENDED_AT)


def cancelled():
    failure = Failure(stage=Stage.GREET, kind=FailureKind.CANCELLED, message=msg("Cancelled."))
    return passed(timeline=timeline(failure=failure))


def untrusted():
    """The handshake failed: no connection was secured."""
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
    step = Step(stage=Stage.CONNECT, outcome=StepStatus.DONE, started_ms=started_ms, duration_ms=duration_ms)
    whole = Step(stage=Stage.GREET, outcome=StepStatus.UNKNOWN, duration_ms=1000)
    lines = chart_lines(Timeline(steps=(step, whole)))
    assert lines[0].partition("[")[2].partition("]")[0] == bar
    assert "?" * 40 in lines[1]


def test_a_conversation_without_steps_has_no_chart():
    assert chart_lines(Timeline(steps=())) == []


def test_what_works_but_says_so_and_is_no_failure(capsys):
    one = tried(passed(warnings=(CONCERN,)))
    tell(one, Output())
    told = capsys.readouterr()
    assert told.out == "Alerts_Gmail: accepted by smtp.gmail.example. It said: 250 queued as 4F2A\n"
    assert told.err.splitlines() == [
        "Alerts_Gmail: Test passed, but recipients may distrust the mail",
        "",
        "No SPF record",
        "Nobody may send for it.",
        "  1. Publish one in DNS.",
    ]
    assert one.code == 0


def test_a_certificate_that_is_not_trusted_is_told(capsys):
    tell_alone(tried(untrusted()), Output())
    told = capsys.readouterr().err
    for words in ("smtp.gmail.example", "Example CA, Example Ltd", "2026-01-01", "2027-01-01", "AB:AB:"):
        assert words in told


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (passed(), "works"),
        (passed(warnings=(CONCERN,)), "works_but"),
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


def test_a_document_tells_concerns_and_security():
    document = report_document(passed(warnings=(CONCERN,)))
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
    outcomes = [passed(), passed(), passed(warnings=(CONCERN,)), failed(), cancelled(), SPOILED]
    assert summary([tried(outcome) for outcome in outcomes]) == (
        "6 checked: 2 work; 1 works, but with concerns; 1 failed; 1 stopped; 1 could not be tried."
    )
    assert summary([]) == "0 checked: none."


def test_on_a_terminal_the_running_step_is_written_over(monkeypatch, capsys):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)  # the process has one only
    live = LiveSteps(Output(), 1)
    live.step(PROFILE, replace(FOUND, outcome=StepStatus.RUNNING))
    live.step(PROFILE, FOUND)
    live.step(PROFILE, CONNECTING)
    live.conversation_ended()
    assert capsys.readouterr().out == "ok       Find host      100 ms  192.0.2.7\n"
    blank = "\r" + " " * len("...      Find host") + "\r"
    assert screen.getvalue() == f"...      Find host{blank}...      Connect\r{' ' * len('...      Connect')}\r"


def test_a_step_that_was_not_reached_after_all_is_not_told(capsys):
    live = LiveSteps(Output(), 1)
    live.step(PROFILE, CONNECTING)
    live.step(PROFILE, replace(CONNECTING, outcome=StepStatus.NOT_REACHED))
    assert capsys.readouterr().out == ""


def test_on_a_terminal_several_are_counted(monkeypatch, capsys):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)  # the process has one only
    live = LiveSteps(Output(), 2)
    live.step(PROFILE, CONNECTING)
    live.conversation_ended()
    live.conversation_ended()
    assert capsys.readouterr().out == ""
    assert [part for part in screen.getvalue().split("\r") if part.strip()] == [
        *("... 0 of 2 done", "... 1 of 2 done", "... 2 of 2 done")
    ]
    assert screen.getvalue().endswith("\r")


def test_elsewhere_and_in_json_nothing_runs(monkeypatch, capsys):
    live = LiveSteps(Output(), 1)
    live.step(PROFILE, CONNECTING)
    live.conversation_ended()
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")
    monkeypatch.setattr(sys, "stderr", Screen())  # the process has one only
    output = Output()
    output.as_json = True
    live = LiveSteps(output, 1)
    live.step(PROFILE, CONNECTING)
    live.step(PROFILE, FOUND)
    live.conversation_ended()
    assert sys.stderr.getvalue() == capsys.readouterr().out == ""


def test_a_report_is_written_for_a_test(smtp_desktop, server, tmp_path):
    smtp_desktop.create("One", "--port", str(server.port), "--no-tls")
    path = tmp_path / "report.txt"
    path.write_text("an older and much longer report\n" * 100)
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example", "--report", str(path))
    assert ran.code == 0, ran.err
    told = path.read_text("utf-8")
    assert told.startswith("Report of a test\n\nEnded         2")
    assert "Test passed: the mail was accepted by 127.0.0.1\nThe server said: 250 2.0.0 OK: mail 1\n" in told
    assert "C: RCPT TO:<me@company.example>" in told
    assert "SMTP Desktop " in told
    assert "older" not in told
    assert "secret" not in told


def test_a_report_is_written_for_every_check(smtp_desktop, server, tmp_path):
    smtp_desktop.create("One", "--port", str(server.port), "--no-tls")
    smtp_desktop.create("Bare", "--port", str(server.port), "--no-tls")
    del smtp_desktop.vault.secrets[list(smtp_desktop.vault.secrets)[-1]]
    path = tmp_path / "report.txt"
    assert smtp_desktop("smtp", "check", "--all", "--report", str(path), "--json").code == 78
    first, second = path.read_text("utf-8").split("=" * 72)
    assert "Check passed: 127.0.0.1 works" in first
    assert second.strip().startswith("Bare could not be tried\nThe password of Bare")


def test_a_report_that_can_not_be_written_is_found_out_before_a_mail_goes_out(smtp_desktop, server, tmp_path):
    smtp_desktop.create("One", "--port", str(server.port), "--no-tls")
    path = tmp_path / "nowhere" / "report.txt"
    ran = smtp_desktop("smtp", "test", "One", "--to", "me@company.example", "--report", str(path))
    assert ran.code == 78
    assert "report.txt can't be written: " in ran.err
    assert server.received == server.sign_ins == []


def test_everything_that_is_told_of_a_report_can_be_searched():
    told = everything_told(failed(warnings=()))
    for words in ("Test failed: Alerts_Gmail could not sign in", "AUTH PLAIN ••••", '"party": "server"', "Sign in  "):
        assert words in told
