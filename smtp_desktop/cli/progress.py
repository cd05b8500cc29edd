"""How far something is, on standard error."""

import sys

import click

from smtp_desktop.cli.output import printable


class Progress:
    """On a terminal one line that is written over and over, elsewhere (a log file, cron's mail) a line each time."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""

    def show(self, words: str) -> None:
        """`words` are the last ones said about how far it is."""
        words = printable(words)
        if not self._on_terminal:
            click.echo(words, err=True)
            return
        self.clear()
        click.echo(words, err=True, nl=False)
        self._shown = words

    def hint(self, words: str) -> None:
        """On a terminal `words` stand there until something else is said; elsewhere, where nobody waits before the
        screen, nothing does."""
        if self._on_terminal:
            self.show(words)

    def clear(self) -> None:
        """The cursor stands at the start of an empty line."""
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", err=True, nl=False)
            self._shown = ""

    def end(self) -> None:
        """Whatever is printed next stands on a line of its own."""
        self.clear()
