"""The data folder, which holds all data of the program."""

import os
import stat
from pathlib import Path

from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import MessageText, msg

DATABASE_FILE = "smtp-desktop.sqlite3"
VAULT_FILE, LARGE_SECRETS_FILE = "secrets.vault", "large-secrets.vault"
RESTORE_LOCK_FILE, RESTORE_PLAN_FILE = "restore.lock", "restore.pending"
_HOME_VARIABLE = "SMTP_DESKTOP_HOME"
_DEMO_CA_FILE = "demo-ca.pem"


def opened_home(chosen: Path | None) -> Path:
    """Returns the data folder: `chosen`, else that of SMTP_DESKTOP_HOME, else the platform's default. Creates it with
    mode 0700 if it is missing. Raises StoreError."""
    home = _home(chosen)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_home(home, error) from error
    return home


def has_home(chosen: Path | None) -> bool:
    """Returns whether the data folder is there, and has been used: one with other files may be a mistake."""
    return (_home(chosen) / DATABASE_FILE).is_file()


def has_restore(home: Path) -> bool:
    """Whether a backup is being restored in the data folder, or was when a process was killed. Quick."""
    return (home / RESTORE_LOCK_FILE).exists() or (home / RESTORE_PLAN_FILE).exists()


def _home(chosen: Path | None) -> Path:
    if chosen is None:
        variable = os.environ.get(_HOME_VARIABLE)
        chosen = Path(variable) if variable else _usual_home()
    return chosen.expanduser().absolute()


def home_risk(home: Path) -> MessageText | None:
    """Returns what is wrong with the permissions of the data folder: whoever else may write in it can put other files
    in place of the program's. None where all is well, and on Windows, whose permissions are inherited."""
    if os.name != "posix":
        return None
    status = home.stat()
    if status.st_uid not in {os.geteuid(), 0}:
        return msg("The data folder {path} belongs to another user, who can change everything in it.", path=str(home))
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return msg(
            "Other users can write to the data folder {path}. Remove that permission: chmod go-w.", path=str(home)
        )
    return None


def open_private(path: str, flags: int) -> int:
    """Opens `path`; a new file gets mode 0600. A link is not followed: somebody else may have put it there."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def log_file(home: Path) -> Path:
    """Returns the path of the log in the data folder `home`. Creates the file with mode 0600 if it is missing. Raises
    StoreError if it can't be written, or is a link."""
    path = home / "logs" / "smtp-desktop.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(open_private(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT))
    except OSError as error:
        raise unusable_home(home, error) from error
    return path


def mark_as_demo(home: Path, ca_pem: str) -> None:
    """Makes `home` the data folder of a demo for every process: secrets stay in it, and `ca_pem` is trusted for the
    Microsoft 365 mailbox that the demo plays on this computer."""
    (home / _DEMO_CA_FILE).write_text(ca_pem, encoding="ascii")


def demo_ca(home: Path) -> str | None:
    """Returns the CA of the demo whose data folder `home` is; None where it is no demo's."""
    try:
        return (home / _DEMO_CA_FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return None


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
