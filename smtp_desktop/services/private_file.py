"""Files that only their owner can read, whatever the umask."""

import os


def private(path: str, flags: int) -> int:
    """Opens `path` for `open`, as its `opener`; a new file gets mode 0600."""
    return os.open(path, flags, 0o600)
