"""Examples at the end of a command's help."""


def examples(*lines: str) -> str:
    """Returns the epilog of a command: an example a line, without the program's name."""
    return "\n".join(("\b", "Examples:", *(f"  smtp-desktop {line}" for line in lines)))
