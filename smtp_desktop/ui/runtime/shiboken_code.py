"""PySide's own Python code, kept where Python keeps its byte code.

PySide carries 3,000 lines of Python inside a library and compiles them anew at every start, for a fifth of an empty
window's time. Where a folder `files.dir` lies beside its package it loads them from there, as any other code; that is
what its variable SBK_EMBED makes. The package's folder is not ours to write, so ours is in the cache folder, and PySide
is told that its package lies there for as long as it looks. Must be used before anything of PySide is loaded.
"""

import builtins
import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

_FOLDER = "files.dir"
_LEFT_OUT = "pyi_generator.py"
"""Writes stubs for editors, and takes 10 ms to load. PySide asks only whether there is such a module."""
_AT_ONCE = b"rec = re.compile(regex, flags=re.VERBOSE)\n        self._finditer = rec.finditer"
_WHEN_NEEDED = b"self._finditer = lambda words: re.compile(regex, flags=re.VERBOSE).finditer(words)"
"""Reads signatures, which PySide does to tell of wrong arguments: 4 ms, where its code has these very lines."""
_MANNER = b"3"  # how its code is kept: another number for each other way
_UNUSED = ("base64", "tempfile", "traceback", "zipfile")
"""Modules that PySide imports to unpack its code, and to tell of trouble with that."""
_LIST = "complete.txt"
"""Written last: the size and name of every file, a line each."""


def use_kept(cache: Path) -> None:
    """PySide loads its code from `cache`, if all of it is there."""
    spec = find_spec("shiboken6")
    if spec is None or spec.loader is None or "shiboken6" in sys.modules:
        return
    place = _place(cache)
    if place is None or not _is_whole(place):
        return
    module = module_from_spec(spec)
    sys.modules["shiboken6"] = module
    module.__file__ = str(place / "__init__.py")
    with _put_off(_UNUSED):
        spec.loader.exec_module(module)
    module.__file__ = spec.origin


def import_plainly() -> None:
    """`import` does only that. Once PySide is loaded it looks through the source of every module that is imported after
    it, for its optional names (`__feature__`), which this program does not use."""
    import shiboken6  # noqa: F401, PLC0415 - whoever calls this wants it

    plain = getattr(builtins, "__orig_import__", None)
    if plain:
        builtins.__import__ = plain


class _PutOff(ModuleType):
    """Stands for the module of its name, which is loaded when something of it is used. `importlib`'s LazyLoader loads
    it with the first `import` already."""

    def __getattr__(self, name: str) -> object:
        sys.modules.pop(self.__name__, None)
        return getattr(import_module(self.__name__), name)


@contextmanager
def _put_off(names: tuple[str, ...]) -> Iterator[None]:
    """Inside, `import` loads none of these modules."""
    unloaded = {name: _PutOff(name) for name in names if name not in sys.modules}
    sys.modules.update(unloaded)
    yield
    for name, module in unloaded.items():
        if sys.modules.get(name) is module:
            del sys.modules[name]


def keep(cache: Path) -> None:
    """The code that PySide has loaded from its library is in `cache`, for the next start, where that can be done."""
    loaded = sys.modules.get("shibokensupport.signature.loader")
    archive = getattr(getattr(loaded, "__loader__", None), "zfile", None)
    place = _place(cache)
    if archive is None or place is None:
        return  # it was kept already, or this PySide has it elsewhere
    with suppress(OSError):
        files = {name: archive.read(name) for name in archive.namelist() if name.endswith(".py")}
        _write_all(place, {name: _lighter(name, content) for name, content in files.items()})


def _lighter(name: str, content: bytes) -> bytes:
    return b"" if name.endswith(_LEFT_OUT) else content.replace(_AT_ONCE, _WHEN_NEEDED)


def _write_all(place: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        _write(place / _FOLDER / name, content)
    listed = [f"{len(content)} {name}\n" for name, content in files.items()]
    _write(place / _LIST, "".join(listed).encode())


def _place(cache: Path) -> Path | None:
    """Returns where the code of the installed PySide is, with its version, its build and the manner of keeping
    in the name; None where that can't be told."""
    spec = find_spec("shiboken6")
    try:
        about = (Path(spec.origin).parent / "_config.py").read_bytes() if spec and spec.origin else b""
    except OSError:
        return None
    return cache / f"shiboken-{zlib.crc32(about + _MANNER):08x}" if about else None


def _is_whole(place: Path) -> bool:
    # Whoever tidies up may have taken some of it: PySide would end the program.
    try:
        lines = (place / _LIST).read_text("ascii").splitlines()
        sizes = [(int(size), name) for size, _, name in (line.partition(" ") for line in lines)]
        return bool(sizes) and all((place / _FOLDER / name).stat().st_size == size for size, name in sizes)
    except (OSError, ValueError):
        return False


def _write(path: Path, content: bytes) -> None:
    """Another process may write the same: each file is there whole or not at all, also after a power cut."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
