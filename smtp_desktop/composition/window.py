"""The window on a data folder, or on the demo's."""
# ruff: noqa: PLC0415 - Qt and the window are loaded only if there is a display

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from smtp_desktop.composition.application import VAULT_FILE, Application
from smtp_desktop.composition.data_folder import opened_home
from smtp_desktop.composition.window_options import WindowOptions
from smtp_desktop.domain.errors import SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.local_inbox.sample_mailbox import SampleMailbox
    from smtp_desktop.services.ports import Events, Vault
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms

_UNAVAILABLE, _CONFIGURATION = 69, 78  # sysexits.h
_REST_AFTER_S = 120  # what failed for the first time is tried again after a minute
_DETACHED_REST_S = 3700  # nobody starts that one again: longer than the longest wait between two tries
_NO_DISPLAY = """\
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the window can't open.
The command line works without one: smtp-desktop smtp list, smtp-desktop --help.
"""


def run_window(options: WindowOptions) -> int:
    """Shows the window until it is closed; returns the exit code."""
    if _has_no_display():
        sys.stderr.write(_NO_DISPLAY)
        return _UNAVAILABLE
    if options.demo:
        return _run_demo(only_paint=options.only_paint)
    try:
        home = opened_home(Path(options.home) if options.home else None)
    except SmtpDesktopError as error:
        sys.stderr.write(f"Error: {error}\n")
        return _CONFIGURATION
    return _show(home, only_paint=options.only_paint, background=options.background)


def _has_no_display() -> bool:
    """Returns whether Qt would abort for lack of a display. Only on Linux, and only if QT_QPA_PLATFORM is not set."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demo:
    """What a demo has in place of the system's: its vault, with the `master` password, and the mailbox that it plays,
    whose CA is in the file `ca_path` for the courier, which is another process."""

    vault: Vault
    master: Secret
    mailbox: SampleMailbox
    ca_path: Path
    fill: Callable[[Application], None]


def _run_demo(*, only_paint: bool) -> int:
    """Shows the window on a temporary data folder with sample SMTPs: some work, the others fail, each differently."""
    import secrets
    import tempfile
    from datetime import UTC, datetime

    from smtp_desktop.composition import demo
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.local_inbox.sample_mailbox import SampleMailbox
    from smtp_desktop.vault.sealed_file import EncryptedFileVault

    opened: list[Application] = []

    def fill(application: Application) -> None:
        services, opened[:] = application.services, [application]
        played = demo.Played(
            inbox=services.inbox_setup.open(),
            password=application.inbox.password,
            graph_url=mailbox.url,
            account=mailbox.account,
        )
        demo.fill(services.profiles, services.activities, played, application.clock.now().date())

    def take(sender: str, recipients: tuple[str, ...], raw: bytes) -> None:
        opened[0].inbox.mailbox.add(sender=sender, recipients=recipients, raw=raw)

    with tempfile.TemporaryDirectory(prefix="smtp-desktop-demo-") as folder:
        home, master = Path(folder), Secret(secrets.token_urlsafe(32))
        # A file, not memory, since the courier is another process, which gets the password through its pipe.
        vault = EncryptedFileVault(home / VAULT_FILE)
        vault.unlock(master)
        mailbox = SampleMailbox(datetime.now(UTC), take)
        ca_path = home / "demo-ca.pem"
        ca_path.write_text(mailbox.ca_pem, encoding="ascii")
        try:
            made = _Demo(vault=vault, master=master, mailbox=mailbox, ca_path=ca_path, fill=fill)
            return _show(home, only_paint=only_paint, demo=made)
        finally:
            mailbox.stop()


def _show(home: Path, *, only_paint: bool, background: bool = False, demo: _Demo | None = None) -> int:
    _restore_import()
    from smtp_desktop.ui.window.app import run_window as run

    opened: list[Application] = []

    def open_services(events: Events) -> Services:
        if demo is None:
            application = Application(home, events=events)
        else:
            application = Application(home, events=events, vault=demo.vault, graph_ca_pem=demo.mailbox.ca_pem)
        opened.append(application)
        if demo:
            demo.fill(application)
        return application.services

    def start_logging() -> None:
        for application in opened:
            application.start_logging()

    try:
        return run(
            home,
            open_services,
            programs=lambda: (
                worker_programs(home, demo.master, demo_ca=demo.ca_path) if demo else worker_programs(home)
            ),
            start_logging=start_logging,
            only_paint=only_paint,
            background=background,
            demo=demo is not None,
        )
    finally:
        for application in opened:
            application.close()


def _restore_import() -> None:
    """Loads PySide and restores Python's own `import`. PySide replaces it for an option that this program does not use
    (`__feature__`): it reads and keeps the source of every module imported later, 7 MB, a tenth of all memory."""
    import shiboken6  # noqa: F401 - replaces `import`

    original = getattr(builtins, "__orig_import__", None)
    if original:
        builtins.__import__ = original


def worker_programs(
    home: Path, master: Secret | None = None, *, rest_after_s: float = _REST_AFTER_S, demo_ca: Path | None = None
) -> WorkerPrograms:
    """Returns the commands that the window starts on the data folder `home`. The courier exits after `rest_after_s`
    without work. `master` is the master password where it is known without asking; `demo_ca` is for a demo."""
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms

    module = ("smtp_desktop.composition.demo_worker", str(demo_ca)) if demo_ca else ("smtp_desktop",)
    program = (sys.executable, "-m", *module, "--home", str(home))
    lasting = demo_ca is None  # the demo's data folder ends with its window
    detached = (*program, "outbox", "run", "--watch", "--detached", "--rest-after", str(_DETACHED_REST_S))
    return WorkerPrograms(
        courier=(*program, "outbox", "run", "--watch", "--with-window", "--rest-after", str(rest_after_s)),
        detached_courier=detached if lasting else (),
        at_login=(*program, "--background") if lasting else (),
        bulk_check=(*program, "bulk-check"),
        master=master,
    )
