"""Checks that run by themselves: when, for whom, and which notifications the desktop shows."""

from datetime import UTC, datetime, timedelta

import pytest
from ui.timelines import refused, stopped

from smtp_desktop.domain.checks.check_settings import CheckChoices, check_choices, kept_choices
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer

pytestmark = pytest.mark.long

EVERY = timedelta(minutes=30)
NAMES = ("Alpha", "Beta", "Gamma")
NO = refused(Stage.SIGN_IN, "no")


class Time:
    """The time of the automatic checks, which passes when a test says so."""

    def __init__(self, gui):
        self.now = datetime.now(UTC)
        self._automatic = gui.window.smtps.automatic
        self._automatic._now = lambda: self.now  # time must pass, and no test may wait for it
        self._automatic._schedule._asked_at = self.now
        self._automatic._schedule._quiet_until = self.now

    def passes(self, span=EVERY):
        """So much time goes by, in which it is looked every minute what is due."""
        end = self.now + span
        while self.now < end:
            self.now += timedelta(minutes=1)
            self._automatic._timer.timeout.emit()


@pytest.fixture
def three(gui):
    """A window with three SMTPs that worked an hour ago, to be checked every half an hour."""
    for name in NAMES:
        gui.have_result(gui.have(name), at=datetime.now(UTC) - timedelta(hours=1))
    choose(gui, CheckChoices(every_minutes=30))
    gui.open()
    gui.until(lambda: gui.card("Gamma").bars)
    return gui


def choose(gui, choices):
    for key, value in kept_choices(choices).items():
        gui.preferences.put(key, value)


def hosts(gui):
    return sorted(call.server.host_name.split(".")[0].capitalize() for call in gui.transport.conversations)


def checked(gui, count):
    """So many conversations were held, and nothing is under way any more."""
    gui.until(lambda: len(gui.transport.conversations) == count and not gui.window.smtps.automatic._running)


def notices(gui):
    return [(notice.title, notice.words) for notice in gui.notices.shown]


def unreachable():
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.TIMED_OUT, message=msg("Nobody answered."))
    return stopped(failure, stages_of(GenericServer(host_name="mx.example"), sends=True))


def test_what_is_due_is_checked_and_recorded_as_any_other(three):
    Time(three).passes(timedelta(minutes=1))
    checked(three, 3)
    assert hosts(three) == list(NAMES)
    assert all(call.mail is None for call in three.transport.conversations)
    assert {len(results) for results in three.health.latest(9).values()} == {2}
    three.until(lambda: three.card("Alpha").status == "Working · just now")
    # Quietly: no dialog, no progress, and nothing to report.
    assert not three.visible("checkStrip")
    assert notices(three) == []


def test_nothing_runs_by_itself_unless_it_is_switched_on(gui):
    gui.have("Alpha")
    gui.open()
    Time(gui).passes(timedelta(hours=3))
    assert gui.transport.conversations == []


def test_it_is_switched_on_in_the_settings_and_remembered(gui):
    gui.have("Alpha")
    gui.open()
    time = Time(gui)
    gui.press("Ctrl+,")
    dialog = gui.dialog("settingsDialog")
    assert not gui.part("checkEveryField", dialog).isEnabled()
    gui.click("automaticChecksBox", dialog)
    gui.enter("checkEveryField", "45", dialog)
    gui.click("okButton", dialog)
    gui.no_dialog("settingsDialog")
    gui.until(lambda: check_choices(gui.preferences.all()).every_minutes == 45)
    gui.until(lambda: gui.window.smtps.automatic.choices.every_minutes == 45)
    time.passes(timedelta(minutes=1))
    checked(gui, 1)
    gui.switch_to(gui.window)  # the offscreen platform does not do so when a dialog closes
    gui.press("Ctrl+,")
    dialog = gui.dialog("settingsDialog")
    assert gui.part("checkEveryField", dialog).value() == 45
    assert gui.part("notifyBox", dialog).isChecked()


def test_one_that_stops_working_is_notified_once_and_again_when_it_works(three):
    time = Time(three)
    three.transport.by_host["beta.example"] = unreachable()
    time.passes(timedelta(minutes=1))
    checked(three, 3)
    assert notices(three) == [("Beta stopped working", "No answer")]
    time.passes(EVERY + timedelta(minutes=1))
    checked(three, 6)
    assert len(notices(three)) == 1
    three.transport.by_host.clear()
    time.passes(EVERY + timedelta(minutes=1))
    checked(three, 9)
    assert notices(three)[1:] == [("Beta works again", "")]


def test_several_changes_are_one_notification_without_what_servers_said(three):
    three.transport.timeline = NO
    Time(three).passes(timedelta(minutes=1))
    checked(three, 3)
    assert notices(three) == [("3 SMTPs stopped working", "Alpha, Beta, Gamma")]


def test_it_waits_for_the_last_of_a_bulk_check_whatever_is_read_meanwhile(three):
    three.transport.timeline = NO
    three.transport.block()
    Time(three).passes(timedelta(minutes=1))
    three.until(lambda: len(three.transport._awake) == len(NAMES))
    three.transport._awake[0].set()  # one ends before the others
    three.until(lambda: "Sign-in refused · just now" in {three.card(name).status for name in NAMES})
    # As after any change in the database, which a result is too.
    three.window.smtps.automatic.on_reloaded(three.window.cards.latest())
    assert notices(three) == []
    three.transport.release()
    checked(three, 3)
    assert notices(three) == [("3 SMTPs stopped working", "Alpha, Beta, Gamma")]


def test_a_click_on_it_shows_the_smtp(three):
    three.transport.by_host["gamma.example"] = NO
    three.press("Ctrl+3")
    Time(three).passes(timedelta(minutes=1))
    checked(three, 3)
    three.window.showMinimized()
    three.notices.click()
    assert not three.window.isMinimized()
    assert three.grid.isVisible()
    assert three.selected() == ["Gamma"]


def test_what_the_user_checks_by_hand_is_not_notified(three):
    three.transport.timeline = NO
    three.click("checkAllButton")
    three.until(lambda: three.part("checkWords").text() == "3 checked: 0 working, 3 failed")
    three.until(lambda: {three.card(name).status for name in NAMES} == {"Sign-in refused · just now"})
    assert notices(three) == []


def test_no_notification_where_none_is_wanted(gui):
    gui.have_result(gui.have("Alpha"), at=datetime.now(UTC) - timedelta(hours=1))
    choose(gui, CheckChoices(every_minutes=30, notify=False))
    gui.transport.timeline = NO
    gui.open()
    gui.until(lambda: gui.card("Alpha").bars)
    Time(gui).passes(timedelta(minutes=1))
    checked(gui, 1)
    assert notices(gui) == []


def test_what_the_process_that_sends_finds_is_notified(three):
    key = three.stored("Beta").id
    three.have_result(key, ok=False, stage=Stage.CONNECT, kind=FailureKind.REFUSED)
    three.until(lambda: notices(three) == [("Beta stopped working", "Connection refused")])
    three.have_result(key)
    three.until(lambda: notices(three)[1:] == [("Beta works again", "")])


def test_a_refused_sign_in_pauses_says_so_and_is_not_tried_again(three):
    three.transport.by_host["beta.example"] = NO
    time = Time(three)
    time.passes(timedelta(minutes=1))
    checked(three, 3)
    assert "Automatic checks are paused: the sign-in was refused" in three.card("Beta").note
    three.open_card("Beta")
    three.click_panel("historyButton")
    assert "might lock the account" in three.field("historyNote").text()
    three.open_card("Alpha")
    assert not three.visible("historyNote", three.panel)
    for number in range(2):
        time.passes(EVERY + timedelta(minutes=1))
        checked(three, 5 + 2 * number)
    assert hosts(three).count("Beta") == 1
    three.press("Ctrl+,")
    dialog = three.dialog("settingsDialog")
    assert three.part("automaticStatus", dialog).text() == "Paused because the sign-in was refused: Beta."


def test_another_password_ends_the_pause(three):
    three.transport.by_host["beta.example"] = NO
    time = Time(three)
    time.passes(timedelta(minutes=1))
    checked(three, 3)
    three.open_card("Beta")
    three.click_panel("passwordReplaceButton")
    three.write("another s3cret")
    three.press("Ctrl+S")
    three.until(lambda: "Before the change" in three.card("Beta").note)
    assert "paused" not in three.card("Beta").note
    three.transport.by_host.clear()
    time.passes(EVERY + timedelta(minutes=1))
    three.until(lambda: hosts(three).count("Beta") == 2)


def test_a_check_by_hand_that_works_ends_the_pause(three):
    three.transport.by_host["beta.example"] = NO
    Time(three).passes(timedelta(minutes=1))
    checked(three, 3)
    three.transport.by_host.clear()
    three.click_card("Beta")
    three.press("F5")
    three.dialog("testDialog")
    three.until(lambda: three.card("Beta").note == "")


def test_a_locked_vault_is_never_asked_for_by_a_check_that_runs_by_itself(gui):
    gui.have("Alpha")
    gui.have("Open_Relay", auth_required=False, tls=False, user_name="", password=None, from_address="a@b.example")
    choose(gui, CheckChoices(every_minutes=30))
    gui.open()
    gui.vault.locked = True
    time = Time(gui)
    time.passes(timedelta(minutes=1))
    checked(gui, 0)
    time.passes(timedelta(minutes=1))
    checked(gui, 1)  # the one that needs no secret
    assert not gui.visible("masterPasswordDialog")
    gui.press("Ctrl+,")
    dialog = gui.dialog("settingsDialog")
    assert "Waiting for the master password" in gui.part("automaticStatus", dialog).text()
    gui.press("Esc")
    gui.no_dialog("settingsDialog")
    # Once it is entered, for whatever reason, they go on.
    gui.click("checkAllButton")
    dialog = gui.dialog("masterPasswordDialog")
    gui.write("sesame")
    gui.click("okButton", dialog)
    gui.until(lambda: gui.part("checkWords").text() == "2 checked: 2 working, 0 failed")
    assert gui.window.smtps.automatic.status == ""


def test_a_held_smtp_is_left_to_the_courier(three):
    now = datetime.now(UTC)
    hold = SmtpHold(
        profile_id=three.stored("Beta").id,
        since=now,
        until=now + timedelta(minutes=15),
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        reply="535 no",
    )
    three.outbox_store.hold(hold)
    three.until(lambda: three.card("Beta").hold_chip == "On hold")
    Time(three).passes(timedelta(minutes=1))
    checked(three, 2)
    assert hosts(three) == ["Alpha", "Gamma"]


def test_one_that_is_being_tried_is_not_tried_a_second_time(three):
    three.transport.block()
    three.click_card("Beta")
    three.press("F5")
    three.dialog("testDialog")
    three.until(lambda: three.transport.waiting.acquire(blocking=False))
    Time(three).passes(timedelta(minutes=1))
    three.until(lambda: len(three.transport.conversations) == 3)
    three.transport.release()
    checked(three, 3)
    assert hosts(three) == list(NAMES)


def test_closing_the_window_stops_them(three):
    three.transport.block()
    Time(three).passes(timedelta(minutes=1))
    three.until(lambda: len(three.transport.conversations) == 3)
    three.close_window()
    assert all(call.cancel.requested for call in three.transport.conversations)
