"""Lines as Postfix reads them in all its text files (postconf(5), postmap(1))."""

from collections.abc import Iterator


def logical_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yields each logical line with the number of its first line. One that begins with white space continues the one
    before; empty lines and comments are left out, also between both."""
    number, parts = 0, list[str]()
    for at, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and parts:
            parts.append(line)
            continue
        if parts:
            yield number, "".join(parts)
        number, parts = at, [line]
    if parts:
        yield number, "".join(parts)
