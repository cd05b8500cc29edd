"""Nothing is cut, laid over something else or left untranslated, in small windows and with longer texts."""

import json
import os
import subprocess
import sys

import pytest
from pseudo_language import PseudoTranslator
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget
from ui.dialog_cases import CASES
from ui.fitting import faults, untranslated
from ui.tour import DATA, fill, menus, tour

from smtp_desktop.ui.theme.theme import ThemeChoice, put_on, theme_for

pytestmark = pytest.mark.long

SIZES = ((640, 400), (720, 450), (960, 560), (1024, 700), (1440, 900))
SMALLEST = SIZES[0]
FRAME = QSize(16, 44)
DIALOG_DATA = frozenset(
    {
        *("Relay", "Other", "Invoice", "deliveries.csv", "/data", "Example CA", "CD:CD:", "EF:EF:", " detail", "535 5"),
        *("Signature", "Yours", "Ours", "Duplicated", "Exported", "1 delivery", "F5", "App passwords"),
        *("docker-compose.yml", "main.cf", "grafana.ini", "Docker Compose", "Postfix", "Grafana"),
        *("5B7", "northwind.example", "/mnt/nas", "The database is damaged."),
        *("The certificate", "WDJB", "Signing in didn't work", "Access was denied.", "app.pfx"),
    }
)
"""What the cases of dialogs put into them."""
MATRIX = "SMTP_DESKTOP_TEST_MATRIX"  # says to a test that it is run for one scale, on a large screen


@pytest.fixture
def spoken(qapp):
    """Returns a function that sets the language, `longer` or as it is, and whether it is `mirrored`."""
    translators = []

    def speak(*, longer, mirrored):
        for translator in translators:
            qapp.removeTranslator(translator)
        translators.clear()
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
        if longer:
            translators.append(PseudoTranslator(qapp, mirrored=mirrored))
            qapp.installTranslator(translators[0])

    yield speak
    speak(longer=False, mirrored=False)


@pytest.fixture(params=[ThemeChoice.LIGHT, ThemeChoice.MORE_LIGHT])
def themed(qapp, request):
    """The program has its style sheet, by which sizes go: more contrast comes with lines and other fonts."""
    palette = qapp.palette()
    put_on(qapp, theme_for(request.param, dark=False))
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(palette)


def laid_out(app):
    """Everything has its place: each pass may ask for another one."""
    for _ in range(3):
        app.processEvents()


def toured(gui, sizes, *, longer=True):
    """Returns what is wrong anywhere in a window of these sizes, a line each."""
    found = []
    for name in tour(gui):
        for size in sizes:
            gui.window.resize(*size)
            laid_out(gui.app)
            if gui.window.size().toTuple() != size:
                found.append(f"{name}: is {gui.window.size().toTuple()}, not {size}")
            found += [f"{name} at {size}: {words}" for words in faults(gui.window)]
        if longer:
            found += [f"{name}: {words}" for words in untranslated(gui.window, DATA)]
    widest = gui.window.screen().availableSize().width()
    found += [f"{menu.objectName()} is too wide" for menu in menus(gui) if menu.sizeHint().width() > widest]
    return "\n".join(found)


def opened(qapp, room, *, longer=True):
    """Returns what is wrong in any dialog on a screen of that size, a line each."""
    found = []
    for case in CASES:
        window = QWidget()
        window.resize(*room)
        window.show()
        dialog = case.make(window)
        dialog.show()
        smaller = QSize(*room) - FRAME
        dialog.setMinimumWidth(min(dialog.minimumWidth(), smaller.width()))
        dialog.resize(dialog.size().boundedTo(smaller))
        laid_out(qapp)
        if QSize(*room).expandedTo(dialog.size()) != QSize(*room):
            found.append(f"{case.id} is {dialog.size().toTuple()}")
        found += [f"{case.id}: {words}" for words in faults(dialog)]
        if longer:
            found += [f"{case.id}: {words}" for words in untranslated(dialog, DATA | DIALOG_DATA)]
        window.deleteLater()
        qapp.processEvents()
    return "\n".join(found)


@pytest.mark.parametrize("theme", [ThemeChoice.LIGHT, ThemeChoice.MORE_LIGHT])
def test_pages_and_panels_have_room_for_longer_texts(gui, spoken, theme):
    spoken(longer=True, mirrored=False)
    gui.preferences.put("theme", theme)
    fill(gui)
    gui.open()
    assert toured(gui, [SMALLEST]) == ""


@pytest.mark.usefixtures("themed")
def test_dialogs_have_room_for_longer_texts_on_a_low_screen(qapp, spoken):
    spoken(longer=True, mirrored=False)
    assert opened(qapp, SMALLEST) == ""


@pytest.mark.skipif(MATRIX not in os.environ, reason="run by the test below")
@pytest.mark.parametrize("longer", [False, True], ids=["english", "longer"])
@pytest.mark.parametrize("mirrored", [False, True], ids=["ltr", "rtl"])
def test_everything_has_room(gui, spoken, longer, mirrored):
    spoken(longer=longer, mirrored=mirrored)
    fill(gui)
    gui.open()
    sizes = SIZES if gui.window.devicePixelRatio() == 1 else SIZES[::3]
    assert toured(gui, sizes, longer=longer) == ""
    assert opened(gui.app, SMALLEST, longer=longer) == ""


@pytest.mark.long
@pytest.mark.parametrize(("scale", "which"), [("1", "ltr or rtl"), ("1.5", "longer"), ("3", "longer")])
def test_everything_has_room_at_every_scale(tmp_path, scale, which):
    # A screen large enough for all sizes, in device pixels.
    screen = {"name": "screen", "x": 0, "y": 0, "width": 4800, "height": 3000, "logicalDpi": 96, "dpr": 1}
    config = tmp_path / "screen.json"
    config.write_text(json.dumps({"screens": [screen]}))
    environment = {
        **os.environ,
        MATRIX: "1",
        "QT_SCALE_FACTOR": scale,
        "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
    }
    test = f"{__file__}::test_everything_has_room"
    command = [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", "-m", "long", test, "-k", which]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=230, check=False)
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
