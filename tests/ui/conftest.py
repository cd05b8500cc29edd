"""The set-up of tests of the whole window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
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
def gui(qtbot, qapp, tmp_path) -> Iterator[WindowDriver]:
    """A window that is not open yet, over an empty database of its own."""
    it = WindowDriver(qtbot, qapp, tmp_path)
    yield it
    it.end()


@pytest.fixture
def activities(qtbot, qapp, tmp_path) -> Iterator[ActivitiesDriver]:
    """Activities in a window of their own, not open yet, over an empty database."""
    driver = ActivitiesDriver(qtbot, qapp, tmp_path)
    yield driver
    driver.end()
