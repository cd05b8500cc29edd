"""The lack of memory, open files or threads: no mistake of the program, and gone after a while. Imports next to
nothing: it is needed when there may be no memory for more."""

import errno

SHORTAGE_ERRORS = (MemoryError, ImportError, OSError, RuntimeError)
"""What Python raises when something is lacking, among much else; `lacking` tells them apart."""

_FILES = frozenset({errno.EMFILE, errno.ENFILE})
_NO_ROOM = {"can't start new thread": "threads", "can't allocate lock": "memory"}
# What the system says when it can't load a library (dlopen), in the words of glibc, musl and macOS.
_NOT_LOADED = {
    "failed to map segment": "memory",
    "cannot allocate memory": "memory",
    "error relocating": "memory",
    "too many open files": "open files",
}


def lacking(error: BaseException) -> str | None:
    """Returns of what this computer has too little; None where `error` is about something else."""
    match error:
        case MemoryError():
            return "memory"
        case ImportError():
            words = str(error).lower()
            return next((what for sign, what in _NOT_LOADED.items() if sign in words), None)
        case OSError():
            return "open files" if error.errno in _FILES else "memory" if error.errno == errno.ENOMEM else None
        case RuntimeError():
            return _NO_ROOM.get(str(error))
        case _:
            return None
