"""The history in the SMTP panel: chart, latest rows, all of them in a dialog."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from ui.driver import tip_as_read
from ui.timelines import refused

from smtp_desktop.domain.checks.health import TestKind, WarningKind
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.ui.checks.history.model import HistoryColumn

pytestmark = pytest.mark.long

LONG = "535 5.7.8 <b>no</b> " + "and no again " * 20


@pytest.fixture
def relay(gui):
    """A window with Relay, which has nine results: it worked, once with a warning, and failed at last."""
    began = datetime.now(UTC) - timedelta(hours=1)
    key = gui.have("Relay")
    gui.have("Other")
    for number in range(7):
        gui.have_result(key, at=began + timedelta(minutes=number), duration_ms=100.0 + number)
    gui.have_result(key, at=began + timedelta(minutes=8), warnings=(WarningKind.SPF_MISSING,))
    failed = {"ok": False, "stage": Stage.SIGN_IN, "kind": FailureKind.REPLY, "reply": LONG}
    gui.have_result(key, at=began + timedelta(minutes=9), test_kind=TestKind.TEST, duration_ms=1234.0, **failed)
    gui.open()
    return gui


def unfold(gui, name):
    gui.open_card(name)
    gui.click_panel("historyButton")
    gui.until(lambda: gui.visible("historyRows", gui.panel))


def spoken(view, row, role=Qt.ItemDataRole.AccessibleTextRole):
    return view.model().index(row, 0).data(role)


def test_it_is_folded_and_opens_on_chart_and_latest(relay):
    relay.open_card("Relay")
    assert not relay.visible("historyRows", relay.panel)
    unfold(relay, "Relay")
    rows = relay.field("historyRows")
    assert rows.model().rowCount() == 5
    assert "Test, Sign-in refused, 1,234 ms" in spoken(rows, 0)
    assert "Check, Works, but" in spoken(rows, 1)
    assert "Check, Works, 106 ms" in spoken(rows, 2)
    assert LONG.strip() in tip_as_read(spoken(rows, 0, Qt.ItemDataRole.ToolTipRole))
    said = relay.field("historyChart").accessibleName()
    assert said == "The last 9 results: 7 works, 1 works, but, 1 failed"


def test_the_chart_tells_outcomes_apart_without_colour(relay):
    unfold(relay, "Relay")
    chart = relay.field("historyChart")
    newest, second, third = (place for place, _ in chart._bars()[:3])
    image = chart.grab().toImage()

    def is_marked(place):
        ground = image.pixelColor(0, 0)
        above = int(place.top()) - 7
        columns = range(int(place.left()), int(place.right()) + 1)
        return any(
            image.pixelColor(x, y) != ground for x in columns for y in range(max(0, above), int(place.top()) - 1)
        )

    assert [is_marked(place) for place in (newest, second, third)] == [True, True, False]
    assert newest.height() > second.height()


def test_a_check_is_added_as_it_ends(relay):
    relay.transport.by_host["other.example"] = refused(Stage.SIGN_IN, "no")
    relay.open_card("Other")
    relay.click_panel("historyButton")
    assert "Never tested or checked" in relay.words(relay.field("historySection"))
    relay.press("F5")
    relay.until(lambda: relay.visible("historyRows", relay.panel))
    rows = relay.field("historyRows")
    assert rows.model().rowCount() == 1
    assert "Check, Sign-in refused" in spoken(rows, 0)


def test_another_smtp_shows_its_own(relay):
    unfold(relay, "Relay")
    relay.open_card("Other")
    relay.until(lambda: "Never tested or checked" in relay.words(relay.field("historySection")))
    assert not relay.visible("historyRows", relay.panel)


def test_a_new_smtp_has_none(relay):
    relay.click("createButton")
    relay.until(relay.panel.isVisible)
    assert not relay.visible("historySection", relay.panel)


def test_what_another_process_recorded_comes_too(relay):
    unfold(relay, "Relay")
    relay.have_result(relay.stored("Relay").id, duration_ms=777.0)
    relay.until(lambda: "777 ms" in spoken(relay.field("historyRows"), 0))


def test_all_of_it_is_in_a_dialog(relay):
    unfold(relay, "Relay")
    button = relay.field("showHistoryButton")
    assert button.text() == "Show all 9"
    relay.click(button)
    dialog = relay.dialog("historyDialog")
    table = relay.part("historyTable", dialog)
    assert table.model().rowCount() == 9
    cells = [table.model().index(0, column).data() for column in range(1, 5)]
    assert cells == ["Test", "Sign-in refused", "1,234 ms", LONG.strip()]
    relay.press("Esc")
    relay.no_dialog("historyDialog")


def test_the_keyboard_reaches_all_of_it(relay):
    relay.open_card("Relay")
    relay.field("descriptionField").setFocus()
    relay.tab_to("historyButton")
    relay.press("Space")
    relay.until(lambda: relay.visible("historyRows", relay.panel))
    relay.tab_to("historyRows")
    relay.press("Down")
    assert relay.focus().currentIndex().row() == 1
    relay.tab_to("showHistoryButton")
    relay.press("Return")
    relay.dialog("historyDialog")
    relay.press("Down")
    assert relay.focus().currentIndex().row() == 1


def first_cells(table, column):
    return [table.model().index(row, column).data() for row in range(table.model().rowCount())]


def test_all_of_it_can_be_sorted_and_the_order_is_remembered(relay):
    unfold(relay, "Relay")
    relay.click(relay.field("showHistoryButton"))
    table = relay.part("historyTable", relay.dialog("historyDialog"))
    newest_first = first_cells(table, HistoryColumn.TIME)
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(HistoryColumn.DURATION) + 20, header.height() // 2)
    relay.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    took = [int(cell.removesuffix(" ms").replace(",", "")) for cell in first_cells(table, HistoryColumn.DURATION)]
    assert took == sorted(took)
    assert len(set(took)) > 1
    assert first_cells(table, HistoryColumn.TIME) != newest_first
    relay.until(lambda: '"sorted_by": "duration"' in relay.preferences.all().get("columns.history", ""))
    relay.press("Esc")
    relay.no_dialog("historyDialog")
    relay.click(relay.field("showHistoryButton"))
    again = relay.part("historyTable", relay.dialog("historyDialog"))
    assert first_cells(again, HistoryColumn.DURATION) == [f"{one:,} ms" for one in took]


def test_times_are_not_cut(relay):
    unfold(relay, "Relay")
    relay.click(relay.field("showHistoryButton"))
    table = relay.part("historyTable", relay.dialog("historyDialog"))
    wanted = max(table.fontMetrics().horizontalAdvance(words) for words in first_cells(table, HistoryColumn.TIME))
    assert table.columnWidth(HistoryColumn.TIME) >= wanted + 16


def check(gui):
    """Checks the SMTP in the panel, and closes the dialog."""
    gui.press("F5")
    dialog = gui.dialog("testDialog")
    gui.until(lambda: gui.visible("advice", dialog))
    gui.click("okButton", dialog)
    gui.no_dialog("testDialog")
    gui.switch_to(gui.window)


def test_a_row_opens_with_its_steps_and_its_transcript(gui):
    gui.transport.by_host["other.example"] = refused(Stage.SIGN_IN, "no <i>way</i>")
    gui.have("Other", smtp_port="2525")
    gui.open()
    gui.open_card("Other")
    gui.click_panel("historyButton")
    check(gui)
    rows = gui.field("historyRows")
    rows.setFocus()
    rows.setCurrentIndex(rows.model().index(0, 0))
    gui.press("Return")
    entry = gui.dialog("historyEntryDialog")
    assert entry.windowTitle() == "Check of Other: Sign-in refused"
    assert "other.example:2525" in gui.words(entry)
    assert "before the change" not in gui.words(entry)
    assert "535 5.7.8 no <i>way</i>" in gui.words(gui.part("advice", entry))
    assert gui.visible("timeline", entry)
    assert "EHLO desk.example" in gui.part("transcript", entry).toPlainText()
    gui.click("copyReportButton", entry)
    report = gui.dialog("reportDialog")
    assert "no <i>way</i>" in gui.part("reportText", report).toPlainText()


def test_a_row_of_before_a_change_says_so_and_opens_with_what_was_tried(gui):
    gui.have("Other", smtp_port="2525")
    gui.open()
    gui.open_card("Other")
    gui.click_panel("historyButton")
    check(gui)
    gui.enter("smtpPortField", "2526")
    gui.press("Ctrl+S")
    rows = gui.field("historyRows")
    gui.until(lambda: "before the change" in spoken(rows, 0))
    first = rows.visualRect(rows.model().index(0, 0)).center()
    gui.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=first)
    gui.qtbot.mouseDClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=first)
    entry = gui.dialog("historyEntryDialog")
    assert "other.example:2525" in gui.words(entry)
    assert "before the change" in gui.words(entry)


def test_a_row_of_the_whole_history_opens_too(relay):
    unfold(relay, "Relay")
    relay.click(relay.field("showHistoryButton"))
    relay.dialog("historyDialog")
    relay.press("Down")
    relay.press("Return")
    entry = relay.dialog("historyEntryDialog")
    assert entry.windowTitle() == "Check of Relay: Works, but"
    assert "no longer stored" in relay.words(entry)
