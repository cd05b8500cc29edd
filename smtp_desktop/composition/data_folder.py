"""The data folder, which holds all data of the program."""

import os
from pathlib import Path

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg

_HOME_VARIABLE = "SMTP_DESKTOP_HOME"


def opened_home(chosen: Path | None) -> Path:
    """Returns the data folder: `chosen`, else that of SMTP_DESKTOP_HOME, else the platform's default. Creates it with
    mode 0700 if it is missing. Raises StoreError."""
    if chosen is None:
        variable = os.environ.get(_HOME_VARIABLE)
        chosen = Path(variable) if variable else _usual_home()
    home = chosen.expanduser().absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_home(home, error) from error
    return home


def log_file(home: Path) -> Path:
    """Returns the path of the log in the data folder `home`. Creates the file with mode 0600 if it is missing. Raises
    StoreError if it can't be written, or is a link."""
    path = home / "logs" / "smtp-desktop.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except OSError as error:
        raise unusable_home(home, error) from error
    return path


def _usual_home() -> Path:
    import platformdirs  # noqa: PLC0415 - 5 ms that a chosen folder does without

    return platformdirs.user_data_path("smtp-desktop", appauthor=False)


def unusable_home(home: Path, error: OSError) -> StoreError:
    """Returns the error for a data folder that can't be used."""
    return StoreError(
        msg(
            "The data folder {path} can't be used: {reason}. Check its permissions, or choose another with --home.",
            path=str(home),
            reason=error.strerror or type(error).__name__,
        )
    )
