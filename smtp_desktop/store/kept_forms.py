"""Forms with unsaved changes, as files in the data folder that only its owner can read."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.kept_form import FormKind, KeptForm, KeptFormId
from smtp_desktop.domain.message_text import msg

_END = ".json"
_MOST_BYTES = 10_000_000  # more than the longest template
_PLAIN = (str, int, bool, type(None))


class FormFiles:
    """Keeps each form as one file in `folder`, which is made with the first. Safe from every thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def keep(self, form_id: KeptFormId, form: KeptForm) -> None:
        """Keeps `form` under that id; whoever reads meanwhile finds the one before, or this one. Raises StoreError."""
        content = json.dumps(asdict(form) | {"at": form.at.isoformat()}).encode()
        unfinished = self._folder / f"{form_id}.new"
        with self._lock, self._errors_as_ours():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            unfinished.unlink(missing_ok=True)
            # Not made anew on the disk at once: what is lost with the power are seconds of typing.
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            unfinished.replace(self._path(form_id))

    def drop(self, form_id: KeptFormId) -> None:
        """Forgets what is kept under that id, if anything. Raises StoreError."""
        with self._lock, self._errors_as_ours():
            self._path(form_id).unlink(missing_ok=True)

    def all(self) -> Mapping[KeptFormId, KeptForm]:
        """Returns all that is kept, the newest first, but what can't be read. Raises StoreError."""
        with self._lock, self._errors_as_ours():
            paths = sorted(self._folder.glob(f"*{_END}"))
            found = {KeptFormId(path.stem): _read(path) for path in paths}
        readable = {form_id: form for form_id, form in found.items() if form is not None}
        return dict(sorted(readable.items(), key=lambda one: one[1].at, reverse=True))

    def _path(self, form_id: KeptFormId) -> Path:
        return self._folder / f"{form_id}{_END}"

    @contextmanager
    def _errors_as_ours(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise StoreError(
                msg("Unsaved entries can't be kept in {path}: {reason}.", path=str(self._folder), reason=reason)
            ) from error


def _read(path: Path) -> KeptForm | None:
    """Returns the form in that file; None where there is none that this version understands."""
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return None
    try:
        return _form_of(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, RecursionError):  # whatever somebody else wrote there
        return None


def _form_of(found: Any) -> KeptForm:
    """Returns the form in a document. Raises ValueError, KeyError or TypeError for any other document."""
    at = datetime.fromisoformat(found["at"])
    stored_id, values, changed = found["stored_id"], found["values"], found["changed"]
    if at.tzinfo is None or not isinstance(stored_id, str | None) or not isinstance(values, dict):
        raise ValueError("no kept form")
    return KeptForm(
        kind=FormKind(found["kind"]),
        stored_id=stored_id,
        name=str(found["name"]),
        at=at,
        values={str(name): value for name, value in values.items() if isinstance(value, _PLAIN)},
        changed=tuple(str(each) for each in changed),
        typed_secret=bool(found.get("typed_secret")),
    )
