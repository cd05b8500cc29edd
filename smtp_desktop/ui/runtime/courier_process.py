"""The courier's process: started when mail is due, restarted after failures, and ended with the window."""

import json
import logging
import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from smtp_desktop.domain.errors import VaultLocked
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker

_FIRST_WAIT_S, _LONGEST_WAIT_S = 1, 60
_STEADY_MS = 60_000  # a process that ran this long did not fail at its start
_END_MS = 25_000  # it finishes the mails that it is sending, 20 s at most
_END_AT_ONCE_MS = 2_000
_log = logging.getLogger(__name__)


class CourierProcess(QObject):
    """Runs `command`, and restarts it after a growing wait if it ends by itself. Exit code 0 means that nothing is due:
    then it is not restarted.

    The process writes to its standard output, one JSON object a line, whether it is locked or ready. The master
    password goes to its standard input, never into arguments or environment. Closing its standard input ends it.
    """

    trouble_changed = Signal(str)
    """Carries why nothing is sent for now, as text for the user; empty when the courier works."""
    locked = Signal(bool)
    """Carries whether the courier waits for the master password; `ask` opens the dialog again."""
    rested = Signal()
    """The process ended because nothing was due. Mail that arrived while it exited was not seen."""

    def __init__(
        self, *, owner: QObject, command: Sequence[str], unlocker: VaultUnlocker, secret: Secret | None = None
    ) -> None:
        """`secret` is the master password, if it is known."""
        super().__init__(owner)
        self._command = tuple(command)
        self._unlocker = unlocker
        self._secret = secret
        self._lock: VaultLocked | None = None
        self._sent = self._ending = False
        self._reason = ""
        self._then: Callable[[], None] | None = None
        self._wait_s = _FIRST_WAIT_S
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._listen)
        self._process.readyReadStandardError.connect(self._log_words)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._fail)
        self._restart = QTimer(self, singleShot=True)
        self._restart.timeout.connect(self.start)
        self._steady = QTimer(self, singleShot=True)
        self._steady.setInterval(_STEADY_MS)
        self._steady.timeout.connect(self._calm_down)
        self._kill = QTimer(self, singleShot=True)
        self._kill.setInterval(_END_MS)
        self._kill.timeout.connect(self._process.kill)
        unlocker.opened.connect(self._opened)

    @property
    def master(self) -> Secret | None:
        """The master password, if it is known."""
        return self._secret

    @property
    def is_running(self) -> bool:
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def start(self) -> None:
        """Starts the process. Does nothing if it runs, or if a restart after a failure is pending."""
        if self._ending or self.is_running or self._restart.isActive():
            return
        self._sent = False
        self._process.start(self._command[0], list(self._command[1:]))
        self._steady.start()

    def ask(self) -> None:
        """Asks the user for the master password, if the courier waits for it."""
        if self._lock:
            # The answer arrives by `opened`, whoever asked.
            self._unlocker.wants(self._lock, lambda: None)

    def renew(self) -> None:
        """Ends the process if it runs, so that the next start reads the changed settings."""
        if not self._ending and self.is_running:
            self.end(self._rest)

    def _rest(self) -> None:
        self._ending = False
        self._wait_s = _FIRST_WAIT_S
        self._set_lock(None)
        self._set_trouble("")
        self.rested.emit()

    def end(self, then: Callable[[], None]) -> None:
        """Ends the process; kills it after 25 s. Calls `then` when it has ended."""
        self._ending = True
        self._restart.stop()
        if not self.is_running:
            then()
            return
        self._then = then
        self._process.closeWriteChannel()
        self._kill.start()

    def end_at_once(self) -> None:
        """Ends the process, and blocks until then, for 2 s at most. If it still sends a mail then, it is left to end by
        itself after that. Only for the exit of the program."""
        self._ending, self._then = True, None
        self._restart.stop()
        if not self.is_running:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(_END_AT_ONCE_MS):
            _leave_running(self._process)

    def _listen(self) -> None:
        self._process.setReadChannel(QProcess.ProcessChannel.StandardOutput)
        while self._process.canReadLine():
            self._read_line(bytes(self._process.readLine().data()).decode(errors="replace").strip())

    def _read_line(self, line: str) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        match said:
            case {"event": "ready"}:
                self._sent = False
                self._set_lock(None)
                self._set_trouble("")
            case {"event": "locked"}:
                self._unlock(str(said.get("message", "")), new=bool(said.get("new")))
            case {"message": str(message)}:
                self._set_trouble(message)
            case _:
                _log.info("the courier said: %s", line)

    def _set_trouble(self, words: str) -> None:
        self._reason = words
        self.trouble_changed.emit(words)

    def _unlock(self, message: str, *, new: bool) -> None:
        lock = VaultLocked(msg("{message}", message=message), new=new)
        if self._secret and not self._sent:
            self._send_master(self._secret)
            self._lock = lock
            return
        self._secret = None
        self._set_lock(lock)
        self._set_trouble(self.tr("Messages wait until the master password is entered."))
        self.ask()

    def _set_lock(self, lock: VaultLocked | None) -> None:
        self._lock = lock
        self.locked.emit(lock is not None)

    def _opened(self, secret: Secret) -> None:
        self._secret = secret
        if self._lock:
            self._send_master(secret)

    def _send_master(self, secret: Secret) -> None:
        self._sent = True
        # Besides the bulk check's pipe, the only place outside vault and transports that reveals a secret.
        self._process.write(f"{secret.reveal()}\n".encode())

    def _log_words(self) -> None:
        words = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        for line in words.splitlines():
            if line.strip():
                _log.warning("courier: %s", line.rstrip())

    def _fail(self, error: QProcess.ProcessError) -> None:
        # `finished` follows every other error.
        if error is QProcess.ProcessError.FailedToStart:
            self._gone()

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if code == 0 and status is QProcess.ExitStatus.NormalExit and not self._ending:
            self._steady.stop()
            self._rest()
        else:
            self._gone()

    def _gone(self) -> None:
        self._steady.stop()
        self._kill.stop()
        if self._ending:
            then, self._then = self._then, None
            if then:
                then()
            return
        _log.warning("the courier ended (%s); it is started again in %s s", self._process.exitCode(), self._wait_s)
        self._set_lock(None)
        reason = self._reason or self.tr("the sending process ended unexpectedly.")
        self._reason = ""
        self.trouble_changed.emit(
            self.tr("Nothing can be sent for now: {reason} It will be retried automatically.").format(reason=reason)
        )
        self._restart.start(self._wait_s * 1000)
        self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def _calm_down(self) -> None:
        self._wait_s = _FIRST_WAIT_S


def _leave_running(process: QProcess) -> None:
    """Keeps `process` from being destroyed with the window, which would kill it: a thread that never ends holds it."""

    def hold(_process: QProcess) -> None:
        threading.Event().wait()

    process.setParent(None)
    threading.Thread(target=hold, args=(process,), name="courier", daemon=True).start()
