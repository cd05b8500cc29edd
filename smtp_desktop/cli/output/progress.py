"""Progress of a command while it runs."""

import sys

import click

from smtp_desktop.cli.output.output import printable


class Progress:
    """Progress on standard error: on a terminal one line that is overwritten, elsewhere (a log file, cron's mail) a
    line each time."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Shows `text` in place of the one before."""
        text = printable(text)
        if not self._on_terminal:
            click.echo(text, err=True)
            return
        self.clear()
        click.echo(text, err=True, nl=False)
        self._shown = text

    def show_on_terminal(self, text: str) -> None:
        """Shows `text` on a terminal only: elsewhere nobody watches."""
        if self._on_terminal:
            self.show(text)

    def clear(self) -> None:
        """Empties the line on the terminal."""
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", err=True, nl=False)
            self._shown = ""
