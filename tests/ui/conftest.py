"""The set-up of tests of the whole window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.activities_driver import ActivitiesDriver
from ui.window_driver import WindowDriver


@pytest.fixture(autouse=True)
def english_dates() -> Iterator[None]:
    """Months are named in English, whatever the machine speaks."""
    spoken = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(spoken)


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
