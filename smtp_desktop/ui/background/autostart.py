"""The start of the program at login."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.private_file import replacing

# Desktop Entry Specification 1.5, "The Exec key": these are escaped inside quotes; the backslash that does it is
# escaped as in every string ("Possible value types").
_ESCAPED = {"\\": "\\\\\\\\", '"': '\\\\"', "`": "\\\\`", "$": "\\\\$", "%": "%%", "\n": "\\n"}
_ENTRY = """\
[Desktop Entry]
Type=Application
Name=SMTP Desktop
Comment=Checks SMTPs and sends mail in the background
Exec={command}
Icon=smtp-desktop
Terminal=false
X-GNOME-Autostart-enabled=true
"""


class Autostart(Protocol):
    """Whether the program starts at login. Both block on the disk."""

    def is_on(self) -> bool:
        """Whether it starts."""
        ...

    def switch(self, on: bool) -> None:
        """Lets it start, or not. Raises SmtpDesktopError."""
        ...


class XdgAutostart:
    """An entry among those that desktops start at login (freedesktop.org, Desktop Application Autostart)."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """`command` starts the program without a window."""
        self._entry = _ENTRY.format(command=" ".join(map(_quoted, command)))
        self._path = folder / "smtp-desktop.desktop"

    def is_on(self) -> bool:
        """Whether the entry is there, for this data folder, and nobody has switched it off."""
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return False
        off = {"Hidden=true", "X-GNOME-Autostart-enabled=false"}
        (command,) = (line for line in self._entry.splitlines() if line.startswith("Exec="))
        return command in lines and not off.intersection(lines)

    def switch(self, on: bool) -> None:
        """Writes the entry, or removes it."""
        try:
            if on:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with replacing(self._path) as part:
                    part.write_text(self._entry, "utf-8")
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = msg("{path} can't be changed: {reason}.", path=str(self._path), reason=reason)
            raise SmtpDesktopError(message) from error


def autostart(command: Sequence[str]) -> Autostart | None:
    """Returns what starts `command` at login; None where the program does not offer that, or has no `command`."""
    if not command or not sys.platform.startswith("linux"):
        return None
    # XDG Base Directory Specification: a path that is not absolute is ignored.
    chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    folder = chosen if chosen.is_absolute() else Path.home() / ".config"
    return XdgAutostart(command, folder / "autostart")


def _quoted(argument: str) -> str:
    return '"' + "".join(_ESCAPED.get(character, character) for character in argument) + '"'
