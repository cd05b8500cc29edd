"""PySide's own Python code, from where it is kept."""

import subprocess
import sys

import pytest

from smtp_desktop.ui.runtime.shiboken_code import keep

FROM_WHERE = """
import sys
from pathlib import Path
from smtp_desktop.ui.runtime import shiboken_code
shiboken_code.use_kept(Path(sys.argv[1]))
import shiboken6
from PySide6.QtCore import QObject
print(sys.modules["shibokensupport.signature.parser"].__file__, shiboken6.__file__, sep="\\n")
try:
    QObject().setObjectName(1)
except TypeError as error:
    print("Supported signatures" in str(error))
"""


def where_from(cache):
    """Returns where a new process has PySide's code, and its package, from, and whether that code works."""
    command = [sys.executable, "-c", FROM_WHERE, str(cache)]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout.splitlines()


@pytest.fixture
def kept(tmp_path):
    keep(tmp_path / "cache")
    return tmp_path / "cache"


def test_a_start_takes_it_from_where_the_last_one_kept_it(kept):
    parser, package, works = where_from(kept)
    assert parser.startswith(str(kept))
    assert "site-packages" in package
    assert works == "True"


@pytest.mark.parametrize("lost", ["complete.txt", "parser.py"])
def test_what_is_not_whole_is_not_used(kept, lost):
    next(kept.rglob(lost)).unlink()
    parser, _, works = where_from(kept)
    assert not parser.startswith(str(kept))
    assert works == "True"


def test_what_was_cut_short_is_not_used(kept):
    path = next(kept.rglob("loader.py"))
    path.write_bytes(path.read_bytes()[:100])
    assert not where_from(kept)[0].startswith(str(kept))


def test_a_folder_that_cant_be_written_is_left_alone(tmp_path):
    (tmp_path / "cache").write_text("a file")
    keep(tmp_path / "cache")
    assert (tmp_path / "cache").read_text() == "a file"


UNUSED = """
import sys
from pathlib import Path
from smtp_desktop.ui.runtime import shiboken_code
shiboken_code.use_kept(Path(sys.argv[1]))
import shiboken6
print("zipfile" in sys.modules, hasattr(shiboken6.zipfile, "ZipFile"), "zipfile" in sys.modules)
"""


def test_what_unpacks_it_is_loaded_only_if_it_is_used(kept):
    command = [sys.executable, "-c", UNUSED, str(kept)]
    ran = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout.split() == ["False", "True", "True"]


PLAIN = """
import builtins
plain = builtins.__import__
from smtp_desktop.ui.runtime import shiboken_code
shiboken_code.import_plainly()
from PySide6.QtWidgets import *
import colorsys
from PySide6.support import feature
print("colorsys" in feature.pyside_feature_dict, QWidget.__name__)
"""


def test_what_is_imported_after_it_is_not_looked_through():
    ran = subprocess.run([sys.executable, "-c", PLAIN], capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout.split() == ["False", "QWidget"]
