"""The set-up of tests of the whole window."""

from collections.abc import Iterator

import pytest
from window_world import World


@pytest.fixture
def world(qtbot, qapp, tmp_path) -> Iterator[World]:
    """A window that is not open yet, over an empty database of its own."""
    it = World(qtbot, qapp, tmp_path)
    yield it
    it.end()
