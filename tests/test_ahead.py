"""Loading Qt's libraries beside Python's start."""

import subprocess
import sys

import pytest

LOADED = """
import sys
from smtp_desktop.composition.ahead import load_libraries
load_libraries().join()
loaded = open("/proc/self/maps").read()
print(all(name in loaded for name in ("libQt6Widgets.so", "libqoffscreen.so", "libfontconfig.so")))
print("PySide6" in sys.modules)
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(["test"])
print(QLabel("a").sizeHint().width() > 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="for Linux alone")
def test_they_are_there_before_python_knows_of_them():
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout.split() == ["True", "False", "True"]


@pytest.mark.skipif(sys.platform != "linux", reason="for Linux alone")
def test_without_them_nothing_happens(tmp_path):
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").touch()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from smtp_desktop.composition.ahead import load_libraries\n"
        "load_libraries().join()"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True, timeout=60)
    assert ran.stderr == b""
