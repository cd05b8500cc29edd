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
