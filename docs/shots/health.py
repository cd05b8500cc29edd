"""Pictures of how the SMTPs are: the cards, their history, what ends, and checks by themselves."""

from datetime import UTC, datetime

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QProgressBar, QScrollArea, QTableView, QWidget

from shots.network import Internet
from shots.studio import Studio
from smtp_desktop.domain.checks.health import CheckResult

_FLAGS = QItemSelectionModel.SelectionFlag
_SLOW = 3  # SMTPs at the server that takes its time


def shoot_states(studio: Studio, there: Internet) -> None:
    """Takes cards in every state, several that are selected, and checks of them all."""
    window = studio.window
    studio.shoot("states")
    _select(studio, "HR_Letters", "Lab_Relay", "Newsletter")
    studio.shoot("selection")
    _select(studio)
    begun, wanted = datetime.now(UTC), len(studio.profiles) - _SLOW
    with there.slow("smtp.northwind.example"):
        window.bar.check_all_button.click()
        bar = studio.find(window.page, QProgressBar, "checkProgress")
        studio.wait(lambda: bar.value() == wanted)
        studio.wait(lambda: sum(_is_after(begun, one) for one in window.cards.latest().values()) == wanted)
        studio.shoot("checking")
        studio.click(window.page, "cancelChecksButton")
        studio.wait(lambda: not bar.isVisible())
    studio.shoot("checked")


def _is_after(moment: datetime, result: CheckResult | None) -> bool:
    return result is not None and result.at > moment


def _select(studio: Studio, *names: str) -> None:
    page = studio.window.page
    page.grid.selectionModel().clear()
    for name in names:
        index = page.cards.index_of(studio.profile(name).id)
        page.grid.selectionModel().setCurrentIndex(index, _FLAGS.Select)


def shoot_history(studio: Studio) -> None:
    """Takes an SMTP's history in its panel, and all of it."""
    studio.open_card("Corporate_Relay")
    panel = studio.window.smtps.panel
    studio.click(panel, "historyButton")
    studio.wait(lambda: True)
    for scroll in panel.findChildren(QScrollArea):
        scroll.ensureWidgetVisible(studio.find(panel, QWidget, "historySection"))
    studio.shoot("history-panel")
    studio.click(panel, "showHistoryButton")
    dialog = studio.dialog("historyDialog")
    studio.shoot("history", dialog)
    dialog.reject()
    studio.click(panel, "historyButton")


def shoot_dates(studio: Studio) -> None:
    """Takes the dates when something stops working."""
    window = studio.window
    window.entities.chosen.emit("dates")
    table = studio.find(window.dates.page, QTableView, "table")
    studio.wait(lambda: table.model().rowCount() > 2)
    studio.shoot("dates")
    window.entities.chosen.emit("smtp")


def shoot_settings(studio: Studio) -> None:
    """Takes the settings: automatic checks are on, and pause for one SMTP."""
    keys = QKeySequence("Ctrl+,")
    next(one for one in studio.window.findChildren(QShortcut) if one.key() == keys).activated.emit()
    dialog = studio.dialog("settingsDialog")
    studio.shoot("settings", dialog)
    dialog.reject()


def shoot_alerts(studio: Studio) -> None:
    """Takes where alerts go."""
    window = studio.window
    window.sections.settings.alerts_asked.emit(window)
    dialog = studio.dialog("alertsDialog")
    studio.shoot("alerts", dialog)
    dialog.reject()
