"""The set-up of tests of the whole window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.activities_driver import ActivitiesDriver
from ui.window_driver import WindowDriver

from smtp_desktop.ui.accessibility import announcement


@pytest.fixture(autouse=True)
def english_dates() -> Iterator[None]:
    """Months are named in English, whatever the machine speaks."""
    spoken = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(spoken)


class Listener:
    """A screen reader: `heard` is what was announced to it, `interrupted` what of that was urgent."""

    AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.interrupted: list[str] = []

    def isActive(self) -> bool:  # noqa: N802 - as Qt calls it
        return True

    def updateAccessibility(self, event: QAccessibleAnnouncementEvent) -> None:  # noqa: N802 - as Qt calls it
        self.heard.append(event.message())
        if event.politeness() is self.AnnouncementPoliteness.Assertive:
            self.interrupted.append(event.message())


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    """A screen reader listens."""
    heard = Listener()
    # On the offscreen platform none can; with a real one, tests/e2e/window/test_screen_reader.py does.
    monkeypatch.setattr(announcement, "QAccessible", heard)
    return heard


@pytest.fixture
def gui(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[WindowDriver]:
    """A window that is not open yet, over an empty database of its own."""
    it = WindowDriver(qtbot, qapp, tmp_path)
    yield it
    it.end()


@pytest.fixture
def activities(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[ActivitiesDriver]:
    """Activities in a window of their own, not open yet, over an empty database."""
    driver = ActivitiesDriver(qtbot, qapp, tmp_path)
    yield driver
    driver.end()
