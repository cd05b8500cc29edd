"""The steps of a test as bars on one time axis."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QApplication, QLabel
from ui.check_dialog_driver import CheckDialogDriver, accepted_in_time, refused_in_time, running
from ui.driver import tip_as_read
from ui.timelines import graph_refused

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.ui.conversation.timeline import TimelineView
from smtp_desktop.ui.theme.theme import LIGHT

TLS = "TLS 1.3 · STARTTLS · mail.relay.example · valid until 3 Feb 2027"


@pytest.fixture
def driver(gui):
    """The window is open on one SMTP."""
    gui.have("Relay")
    gui.open()
    return CheckDialogDriver(gui)


@pytest.fixture
def timeline(qtbot):
    """The steps of a test, in a window of their own."""
    view = TimelineView(stages_of(GenericServer(host_name="mx.example"), sends=True), LIGHT)
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    return view


def test_bars_stand_on_one_axis_as_long_as_the_conversation(driver):
    driver.gui.transport.timeline = refused_in_time()
    driver.test()
    assert driver.shares() == [
        (0.0, 0.05, "accent"),
        (0.05, 0.12, "accent"),
        (0.12, 0.25, "accent"),
        (0.25, 0.5, "accent"),
        (0.5, 1.0, "bad"),
        (0.0, 0.0, ""),
        (0.0, 0.0, ""),
        (0.0, 0.0, ""),
    ]
    assert {bar.width() for bar in driver.bars()} == {150}
    assert len({bar.mapTo(driver.dialog, QPoint(0, 0)).x() for bar in driver.bars()}) == 1
    assert driver.said()[4] == "Sign in\n535 5.7.8 no\n200 ms"
    assert driver.said()[5] == "Sender\nnot reached\n"


def test_the_shortest_step_has_a_bar_that_can_be_seen_and_stays_on_its_track(driver):
    driver.gui.transport.timeline = accepted_in_time()
    driver.test()
    last = driver.bars()[-1]
    assert last.filled.width() >= 4
    assert last.filled.right() <= last.width()


def test_an_unknown_outcome_has_an_amber_bar(driver):
    driver.gui.have_graph("Invoices")
    driver.gui.until(lambda: "Invoices" in driver.gui.names())
    driver.gui.transport.timeline = graph_refused(Stage.SEND, FailureKind.OUTCOME_UNKNOWN)
    driver.test("Invoices")
    assert driver.shares()[-1][2] == "warn"


def test_a_bar_is_painted_in_its_colour_where_it_says(driver):
    driver.gui.transport.timeline = refused_in_time()
    driver.test()
    bar = driver.bars()[4]
    picture = bar.grab().toImage()
    ratio = picture.width() / bar.width()
    middle = round(bar.height() / 2 * ratio)
    assert picture.pixelColor(round(120 * ratio), middle).name() == "#b3261e"
    assert picture.pixelColor(round(40 * ratio), middle).name() == "#f9fafb"


def test_the_version_of_tls_stands_beside_the_step_and_what_is_cut_in_its_tip(driver):
    driver.gui.transport.timeline = refused_in_time(secure=TLS)
    driver.test()
    row = driver.rows()[2]
    heading, detail, _ = [label for label in row.findChildren(QLabel) if label.isVisible()]
    assert heading.text() == "Secure (TLS 1.3)"
    assert detail.text().endswith("…")
    whole = "STARTTLS · mail.relay.example · valid until 3 Feb 2027"
    assert tip_as_read(detail.toolTip()) == detail.accessibleDescription() == whole
    assert row.accessibleName() == f"Secure (TLS 1.3): done. {whole}"
    assert row.accessibleDescription() == "50 ms"


def test_a_running_bar_grows_and_the_axis_with_it(timeline, qtbot):
    timeline.show_step(Step(stage=Stage.FIND_HOST, status=StepStatus.DONE, duration_ms=100))
    timeline.show_step(running(Stage.CONNECT, 100))
    driver = CheckDialogDriver(None)
    before = driver.bars(timeline)[1].filled.width()
    assert timeline.axis_ms == 250
    assert driver.shares(timeline)[0][1] == 0.4
    qtbot.waitUntil(lambda: driver.bars(timeline)[1].filled.width() > before)
    qtbot.waitUntil(lambda: timeline.axis_ms == 500)
    assert driver.shares(timeline)[0][1] == 0.2
    timeline.show_all([Step(stage=Stage.CONNECT, status=StepStatus.FAILED, started_ms=100, duration_ms=300)])
    assert timeline.axis_ms == 400
    assert driver.shares(timeline)[:2] == [(0.0, 0.25, "accent"), (0.25, 1.0, "bad")]


def test_nothing_is_repainted_while_no_step_runs_or_nobody_looks(timeline):
    repaint = timeline._repaint
    assert not repaint.isActive()
    timeline.show_step(running(Stage.CONNECT, 0))
    assert repaint.isActive()
    timeline.hide()
    assert not repaint.isActive()
    timeline.show()
    assert repaint.isActive()
    timeline.show_step(Step(stage=Stage.CONNECT, status=StepStatus.DONE, duration_ms=5))
    assert not repaint.isActive()
    timeline.show_step(running(Stage.SECURE, 5))
    timeline.show_all(())
    assert not repaint.isActive()
    timeline.show_step(running(Stage.SECURE, 5))
    timeline.reset()
    assert not repaint.isActive()


def test_the_steps_of_a_delivery_stand_on_one_axis_in_a_narrow_panel_with_their_details_whole_below(qtbot):
    view = TimelineView(tuple(Stage)[:5], LIGHT)
    qtbot.addWidget(view)
    view.resize(700, 180)
    view.show()
    assert view.minimumSizeHint().width() <= 300
    view.setMinimumWidth(300)
    view.resize(320, 180)
    assert view.width() == 320
    view.show_all(refused_in_time(secure=TLS).steps)
    view.resize(320, 320)
    driver = CheckDialogDriver(None)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    assert [share[:2] for share in driver.shares(view)[3:]] == [(0.25, 0.5), (0.5, 1.0)]
    for row in driver.rows(view):
        parts = [label for label in row.findChildren(QLabel) if label.isVisible()]
        line = sorted((label for label in parts if label.y() < 34), key=lambda label: label.x())
        assert all(before.geometry().right() < after.x() for before, after in pairwise(line))
        assert all(row.rect().contains(label.geometry()) for label in parts)
        below = [label.text() for label in parts if label not in line]
        assert all(text in row.accessibleName() and not text.endswith("…") for text in below)
    whole = "STARTTLS · mail.relay.example · valid until 3 Feb 2027"
    assert whole in [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
