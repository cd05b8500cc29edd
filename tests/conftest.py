"""Set-up that every test shares."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy computer draws its examples slowly: no test depends on time.
settings.register_profile("no timing", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no timing")

# What this machine's user has set up for himself is no part of a test: one that needs such a variable sets it.
for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
    os.environ.pop(name, None)
    os.environ.pop(name.upper(), None)
# Those of SMTP_DESKTOP_TEST_… are for the tests themselves.
for name in [name for name in os.environ if name.startswith("SMTP_DESKTOP_") and "_TEST_" not in name]:
    del os.environ[name]

# A shell has what it starts in the background ignore Ctrl+C, and what tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Before Qt is loaded: tests need no display.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

sys.path.insert(0, str(Path(__file__).parent))

from servers.ports import release_ports  # noqa: E402 - found by the line above

# Contract classes live in modules that pytest does not collect: their asserts shall explain themselves too.
pytest.register_assert_rewrite("contracts")


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Item] | None:
    """An imported class holds no tests of this module, whatever it is called: TestKind, TestOutcome."""
    if isinstance(obj, type) and obj.__module__.startswith("smtp_desktop."):
        return []
    return None


@pytest.fixture(autouse=True)
def ports_released() -> Iterator[None]:
    """Ports that a test has kept closed are anyone's again when it ends."""
    yield
    release_ports()
