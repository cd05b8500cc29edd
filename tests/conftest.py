"""Set-up that every test shares."""

import os
import sys
from pathlib import Path

import pytest

# Before Qt is loaded: tests need no display.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

sys.path.insert(0, str(Path(__file__).parent))

# Contract classes live in modules that pytest does not collect: their asserts shall explain themselves too.
pytest.register_assert_rewrite("contracts")


def pytest_pycollect_makeitem(collector, name: str, obj: object):
    """An imported class holds no tests of this module, whatever it is called: TestKind, TestOutcome."""
    if isinstance(obj, type) and obj.__module__.startswith("smtp_desktop."):
        return []
    return None
