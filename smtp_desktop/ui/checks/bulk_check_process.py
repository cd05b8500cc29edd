"""The bulk check in a process of its own."""

import json
import logging
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.domain.events import ResultRecorded
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import result_from_document
from smtp_desktop.services.ports import Events

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEnd:
    """How one check of a bulk check ended. `works` is None where it was cancelled, or where `problem` prevented it."""

    works: bool | None = None
    problem: SmtpDesktopError | None = None


class BulkCheckProcess:
    """Runs `command`, a process, for each bulk check.

    Two hundred threads whose servers answer at the same time compete for the GIL, which would keep the window from
    painting.
    """

    def __init__(self, command: Sequence[str], *, events: Events, secret: Secret | None = None) -> None:
        """`secret` is the master password of the vault, if it is known."""
        self._command = tuple(command)
        self._events = events
        self._secret = secret

    def learn(self, secret: Secret) -> None:
        """Keeps the master password of the vault for the next bulk checks."""
        self._secret = secret

    def run(
        self, profile_ids: Sequence[ProfileId], *, cancel: Cancel, on_end: Callable[[ProfileId, CheckEnd], None]
    ) -> None:
        """Works as `services.checks.bulk_check.BulkCheck.run`; blocks until the process has ended. Also raises
        SmtpDesktopError if the process ended early."""
        pipe, hidden = subprocess.PIPE, getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would show a console
        with subprocess.Popen(  # noqa: S603 - this program itself
            self._command, stdin=pipe, stdout=pipe, creationflags=hidden
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("a process without its pipes")
            asked = process.stdin
            _send(asked, json.dumps(list(profile_ids)))
            cancel.set_waker(lambda: _close(asked))
            try:
                self._read(process.stdout, asked, on_end)
            finally:
                cancel.set_waker(None)
                _close(asked)

    def _read(self, said: IO[bytes], asked: IO[bytes], on_end: Callable[[ProfileId, CheckEnd], None]) -> None:
        sent = False
        for line in said:
            document = _document(line)
            match document:
                case {"event": "ended", "id": str(one)}:
                    self._end(ProfileId(one), document, on_end)
                case {"event": "locked"}:
                    if sent or not self._secret:
                        raise _locked(document)
                    sent = True
                    # Through the pipe, as for the courier: no other process can read it.
                    _send(asked, self._secret.reveal())
                case {"event": "done"}:
                    return
                case {"event": "failed", "message": str(words)}:
                    raise SmtpDesktopError(msg("{message}", message=words))
                case _:
                    _log.info("the bulk check said: %s", line.decode(errors="replace").strip())
        if not asked.closed:
            raise StoreError(msg("The check process ended unexpectedly. Try again; the log may say why."))

    def _end(
        self, profile_id: ProfileId, document: dict[str, Any], on_end: Callable[[ProfileId, CheckEnd], None]
    ) -> None:
        if document.get("result"):
            self._events.publish(ResultRecorded(result=result_from_document(document["result"])))
        problem: SmtpDesktopError | None = None
        if "message" in document:
            problem = _locked(document) if document.get("locked") else _plain(document)
        on_end(profile_id, CheckEnd(works=document.get("works"), problem=problem))


def _document(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _plain(document: dict[str, Any]) -> SmtpDesktopError:
    return SmtpDesktopError(msg("{message}", message=str(document["message"])))


def _locked(document: dict[str, Any]) -> VaultLocked:
    return VaultLocked(msg("{message}", message=str(document["message"])), new=bool(document["new"]))


def _send(asked: IO[bytes], line: str) -> None:
    # The process has ended or was cancelled: then it says nothing more either.
    with suppress(OSError, ValueError):
        asked.write(f"{line}\n".encode())
        asked.flush()


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # the process has ended first
        pipe.close()
