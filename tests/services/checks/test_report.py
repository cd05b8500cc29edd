"""The report for a ticket, and the titles of outcomes."""

from dataclasses import replace

import pytest
from services.reports import ENDED_AT, NO, PROFILE, WARNING, failed, passed, reported, timeline

from smtp_desktop.domain.checks.health import TestKind, TestOutcome, WarningKind
from smtp_desktop.domain.diagnosis.advice import Frontend
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    HttpReply,
    Party,
    Stage,
    Step,
    StepStatus,
    SupportId,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.stages import took_text
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GraphMailbox
from smtp_desktop.services.checks.report import outcome_of, slow_text, title_of
from smtp_desktop.services.checks.report_text import report_lines, version_lines

UNRULY = "\r\n\x1b[2J\u202e\u2028\u2066\x85\x00"


def ended_with(kind, stage=Stage.CONTENT):
    failure = Failure(stage=stage, kind=kind, message=msg("It ended."))
    return replace(failed(), timeline=timeline(failure=failure))


def ends_soon():
    return replace(WARNING, kind=WarningKind.CERTIFICATE_ENDS)


@pytest.mark.parametrize(
    ("report", "outcome", "title"),
    [
        (passed(), "works", "Test passed: the message was accepted by smtp.gmail.example"),
        (passed(test_kind=TestKind.CHECK), "works", "Check passed: smtp.gmail.example works"),
        (passed(warnings=(WARNING,)), "works_but", "Test passed, but recipients may distrust the mail"),
        (passed(warnings=(ends_soon(),)), "works_but", "Test passed, but the server's certificate expires soon"),
        (
            passed(test_kind=TestKind.CHECK, warnings=(WARNING, ends_soon())),
            "works_but",
            "Check passed, but recipients may distrust the mail",
        ),
        (failed(), "failed", "Test failed: Alerts_Gmail could not sign in"),
        (failed(test_kind=TestKind.CHECK), "failed", "Check failed: Alerts_Gmail could not sign in"),
        (failed(profile=replace(PROFILE, name="")), "failed", "Test failed: the new SMTP could not sign in"),
        (failed(stage=Stage.FIND_HOST), "failed", "Test failed: Alerts_Gmail could not find its host"),
        (ended_with(FailureKind.CANCELLED), "cancelled", "Canceled"),
        (
            ended_with(FailureKind.OUTCOME_UNKNOWN),
            "unknown",
            "Unclear whether the message was sent: Alerts_Gmail",
        ),
    ],
)
def test_an_outcome_has_a_word_and_a_heading(report, outcome, title):
    assert outcome_of(report) is TestOutcome(outcome)
    assert title_of(report) == title


def test_a_server_that_is_waited_for_longer_than_others_do_is_said_to_be_slow():
    slow, fast = Step(stage=Stage.GREET, status=StepStatus.DONE, duration_ms=25_300), passed().timeline.steps[0]
    words = "The step “Greet” took 25.3 s. Programs that wait less than that give up there."
    report = replace(passed(), timeline=replace(passed().timeline, steps=(fast, slow)))

    assert slow_text(report) == words
    assert words in reported(report).splitlines()
    assert slow_text(passed()) == ""


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_says_what_could_not_be_done(stage):
    assert title_of(failed(stage=stage)).startswith("Test failed: Alerts_Gmail ")


def test_a_name_with_braces_is_shown_as_it_is():
    assert "{0} could not sign in" in title_of(failed(profile=replace(PROFILE, name="{0}")))


def test_a_report_says_everything_that_is_known():
    assert reported(failed()).replace(" (2026-11-24 15:00:40 UTC)", "", 1).splitlines()[3:] == [
        "SMTP          Alerts_Gmail",
        "Type          Generic",
        "Host Name     smtp.gmail.example",
        "SMTP Port     465",
        "SMTP TLS/SSL  on",
        "Trusts        the system's CAs",
        "User Name     alerts@gmail.example",
        "From Address  (as the user name)",
        "To            ops@northwind.example",
        "Program       SMTP Desktop 9",
        "",
        "Test failed: Alerts_Gmail could not sign in",
        "The sign-in was refused.",
        "The server said: 535 5.7.8 Username and Password not accepted",
        "",
        "Google requires an app password",
        "This account refuses its normal password.",
        "  1. Create an app password.",
        "  2. Paste it.",
        "",
        "Steps",
        "  Find host  done          18 ms  find_host detail",
        "  Connect    done          27 ms  connect detail",
        "  Secure     done          55 ms  secure detail",
        "  Greet      done          28 ms  greet detail",
        "  Sign in    failed       121 ms  535 5.7.8 Username and Password not accepted",
        "  Content    not reached",
        "",
        "Security",
        "  TLSv1.3, on connect",
        "  Certificate 1 of 2",
        "    Subject      smtp.gmail.example",
        "    Issuer       Example CA, Example Ltd",
        "    Names        smtp.gmail.example, mail.gmail.example",
        "    Valid from   2026-01-01 00:00 UTC",
        "    Valid until  2027-01-01 00:00 UTC",
        "    SHA-256      " + ":".join(["AB"] * 32),
        "  Certificate 2 of 2",
        "    Subject      Example CA",
        "    Issuer       Example CA, Example Ltd",
        "    Names        Example CA",
        "    Valid from   2026-01-01 00:00 UTC",
        "    Valid until  2027-01-01 00:00 UTC",
        "    SHA-256      " + ":".join(["CD"] * 32),
        "",
        "Transcript",
        "  C: client · S: server · --: connection events",
        "        45 ms  -- connected to 192.0.2.7",
        "       101 ms  S: 220 ready",
        "       128 ms  C: AUTH PLAIN ••••",
    ]


def test_a_report_has_the_time_here_and_in_utc():
    first = reported(passed()).splitlines()[:3]
    assert first[:2] == ["Report of a test", ""]
    assert first[2].startswith("Ended         2026-11-2")
    assert first[2].endswith("(2026-11-24 15:00:40 UTC)")


def test_a_report_says_what_may_go_wrong_nevertheless():
    text = reported(passed(warnings=(WARNING,)))
    assert "Test passed, but recipients may distrust the mail\nThe server said: 250 queued as 4F2A\n" in text
    assert "\nBut\nNo SPF record\nNobody may send for it.\n  1. Publish one in DNS.\n" in text
    assert "delivered" not in text


def test_a_report_of_a_mailbox_says_what_support_asks_for():
    server = GraphMailbox(user_name="box@x.example", tenant_id="x.example", client_id="app-1")
    reply = HttpReply(code=403, error_code="ErrorAccessDenied", ids=(SupportId(name="request-id", value="11-22"),))
    text = reported(failed(reply, profile=replace(PROFILE, server=server)))
    assert "Tenant Id     x.example\nClient Id     app-1\n" in text
    assert "Microsoft said: 403 ErrorAccessDenied\nrequest-id: 11-22\n" in text


def test_a_form_that_was_not_saved_is_reported_as_such():
    unsaved = passed(profile=replace(PROFILE, name=""), stored=False)
    assert "SMTP          the new SMTP (as entered in the form, not saved)\n" in reported(unsaved)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trusted_ca_pem": "PEM"}, "Trusts        the system's CAs, and a custom CA"),
        ({"trusted_fingerprint": "ab12"}, "Trusts        only this certificate: AB:12"),
        ({"tls": False}, "SMTP TLS/SSL  off: not encrypted"),
        ({"auth_required": False}, "User Name     (none: no sign-in)"),
        ({"ehlo_name": "pc7.gmail.example"}, "Name in EHLO  pc7.gmail.example"),
    ],
)
def test_a_report_says_how_the_server_is_reached(changes, words):
    server = replace(PROFILE.server, **changes)
    text = reported(failed(profile=replace(PROFILE, server=server))).splitlines()
    assert words in text
    assert any(line.startswith("Trusts") for line in text) == server.tls


def test_a_failed_handshake_reports_the_certificates_that_were_shown():
    failing = timeline(failure=Failure(stage=Stage.SECURE, kind=FailureKind.CERTIFICATE, message=msg("Expired.")))
    chain = failing.security.chain
    failure = replace(failing.failure, chain=chain[:1])
    text = reported(passed(timeline=replace(failing, security=None, failure=failure)))
    assert "Security\n  Certificate 1 of 1\n    Subject      smtp.gmail.example\n" in text


def test_nothing_that_a_server_says_makes_or_moves_a_line():
    reply = replace(NO, text=(f"no{UNRULY}  Sign in    done", "Test passed"))
    report = failed(reply, profile=replace(PROFILE, name=f"A{UNRULY}B"))
    said = TranscriptLine(party=Party.SERVER, text=f"250 ok{UNRULY}C: forged", at_ms=1)
    text = reported(replace(report, timeline=replace(report.timeline, transcript=(said,))))
    assert len(text.splitlines()) == len(reported(failed()).splitlines()) - 2
    assert not set(UNRULY.replace("[2J", "")) & set(text.replace("\n", ""))
    assert "\n         1 ms  S: 250 ok C: forged" in text.replace("[2J ", "")


def test_what_is_reported_is_in_the_readers_language():
    text = report_lines(
        failed(), ended_at=ENDED_AT, versions=(), place=Frontend.WINDOW, translate=lambda words: f"«{words}»"
    )
    assert "«Test failed: «Alerts_Gmail could not sign in»»" in text
    assert text[2].startswith("«Ended»")


def test_versions_name_program_python_and_system():
    lines = version_lines("Qt 6")
    assert [line.split()[0] for line in lines[:3]] == ["SMTP", "Python", "Qt"]


@pytest.mark.parametrize(("ms", "words"), [(0.2, "0 ms"), (121.4, "121 ms"), (9999, "9999 ms"), (12_345, "12.3 s")])
def test_long_times_are_given_in_seconds(ms, words):
    assert str(took_text(ms)) == words
