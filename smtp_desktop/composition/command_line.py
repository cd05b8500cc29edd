"""The services for a command in a terminal, and for the couriers and checks that the window starts."""
# ruff: noqa: PLC0415 - help and wrong usage open no data folder

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_desktop.composition.restoring import HomeWithoutDatabase
    from smtp_desktop.domain.events import Event
    from smtp_desktop.services.services import Services


class _Terminal:
    """The events port of a program without a window: says what its user has to know to go on."""

    def publish(self, event: Event) -> None:
        from smtp_desktop.domain.events import KeyringWaits

        if isinstance(event, KeyringWaits) and sys.stderr:
            # Not where the stream is closed, full, or nobody reads it any more.
            with suppress(OSError):
                sys.stderr.write("Waiting for the system keyring. It may be asking for its password in a window.\n")
                sys.stderr.flush()


def _open_log(path: Path) -> None:
    """Opens the log for longer than the services: how the command ended is its last line."""
    import logging

    from smtp_desktop.composition.logs import start_logging

    start_logging(path, logging.INFO)


def open_log(home: Path | None) -> None:
    """Opens the log of a data folder that is there, for a command that failed before it opened one."""
    from smtp_desktop.composition.data_folder import has_home, log_file, opened_home
    from smtp_desktop.domain.errors import StoreError

    with suppress(StoreError, OSError):  # the command has another failure to tell
        if has_home(home):
            _open_log(log_file(opened_home(home)))


def close_log() -> None:
    """Closes the log. Call it once the command has ended."""
    if "smtp_desktop.composition.logs" in sys.modules:
        from smtp_desktop.composition.logs import stop_logging

        stop_logging()


@contextmanager
def open_services(home: Path | None) -> Iterator[Services]:
    """Opens the data folder `home`, or the usual one for None. Raises StoreError."""
    from smtp_desktop.composition.application import Application
    from smtp_desktop.composition.data_folder import opened_home

    application = Application(opened_home(home), events=_Terminal())
    try:
        _open_log(application.log_path)
        if application.home_risk:
            sys.stderr.write(f"Warning: {application.home_risk}\n")
        gc.enable()
        yield application.services
    finally:
        application.close()


@contextmanager
def open_home(home: Path | None) -> Iterator[HomeWithoutDatabase]:
    """Opens the data folder `home`, or the usual one for None, without its database. Raises StoreError."""
    from smtp_desktop.composition.data_folder import log_file, opened_home
    from smtp_desktop.composition.restoring import HomeWithoutDatabase

    folder = opened_home(home)
    _open_log(log_file(folder))
    gc.enable()
    yield HomeWithoutDatabase(folder, _Terminal())


@contextmanager
def open_demo(home: Path | None, port: int) -> Iterator[Services]:
    """Opens a demo in the new data folder `home`, or in a temporary one for None, with its inbox on `port`. Removes the
    folder afterwards. Raises PortTaken and other SmtpDesktopErrors."""
    from smtp_desktop.composition.application import Application
    from smtp_desktop.composition.demo_folder import demo_folder

    with demo_folder(home) as demo:
        application = Application(demo.home, events=_Terminal(), vault=demo.vault)
        try:
            _open_log(application.log_path)
            demo.fill(application, port=port)
            gc.enable()
            yield application.services
        finally:
            application.close()
