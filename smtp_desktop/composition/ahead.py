"""What takes long in C is begun beside Python's own start, on another core."""

import os
import threading
from importlib.util import find_spec
from pathlib import Path

_QT = "Qt/lib/libQt6{}.so.6"
_PYSIDE = "Qt{}.abi3.so"
_RTLD_LAZY = 1


def load_libraries() -> threading.Thread:
    """Returns a thread that loads Qt's libraries, a fifth of an empty window's time, and has the fonts' settings read.
    For Linux. What is not where PySide's own package has it is left to whoever needs it."""
    loading = threading.Thread(target=_load, daemon=True)
    loading.start()
    return loading


def _load() -> None:
    import ctypes  # noqa: PLC0415 - here it keeps nobody waiting

    package = find_spec("PySide6")
    if package is None or package.origin is None:
        return
    folder = Path(package.origin).parent
    # Not ctypes.CDLL(library): that holds Python's lock while it loads, and a function of a library does not.
    load = ctypes.CDLL(None).dlopen
    for part in ("Core", "Gui", "Widgets"):
        load(bytes(folder / _QT.format(part)), _RTLD_LAZY)
        load(bytes(folder / _PYSIDE.format(part)), _RTLD_LAZY)
    load(bytes(folder / f"Qt/plugins/platforms/libq{_platform()}.so"), _RTLD_LAZY)
    if load(b"libfontconfig.so.1", _RTLD_LAZY):
        ctypes.CDLL("libfontconfig.so.1").FcInit()
    load(bytes(folder / _PYSIDE.format("Svg")), _RTLD_LAZY)


def _platform() -> str:
    usual = "wayland" if "WAYLAND_DISPLAY" in os.environ else "xcb"
    return os.environ.get("QT_QPA_PLATFORM") or usual
