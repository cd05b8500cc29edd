"""Reading the key of a service account from a file."""

from pathlib import Path

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

_LARGEST_BYTES = 100_000  # Google's are 2,400


class CantReadKeyFile(SmtpDesktopError):
    """The file can't be read, or is none of a key."""


def read_key_file(path: Path) -> Secret:
    """Returns the content of the file, a JSON document. Raises CantReadKeyFile."""
    try:
        if not path.is_file():  # reading a pipe would block until somebody writes into it
            raise CantReadKeyFile(msg("{name} is not a file.", name=path.name))
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        text = content.decode("utf-8-sig").strip()
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise CantReadKeyFile(msg("{name} can't be read: {problem}", name=path.name, problem=problem)) from error
    except UnicodeDecodeError:
        text = ""
    if len(content) > _LARGEST_BYTES or not text.startswith("{"):
        raise CantReadKeyFile(msg("{name} is not the JSON key of a service account.", name=path.name))
    return Secret(text)
