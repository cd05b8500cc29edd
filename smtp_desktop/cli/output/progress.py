"""Progress of a command while it runs."""

import sys

import click

from smtp_desktop.cli.output.output import printable


class Progress:
    """Progress on standard error, on a terminal only: one line that is overwritten. Elsewhere nobody watches, and cron
    would send it by mail."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Shows `text` in place of the one before."""
        if self._on_terminal:
            self.clear()
            self._shown = printable(text)
            click.echo(self._shown, err=True, nl=False)

    def clear(self) -> None:
        """Empties the line on the terminal."""
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", err=True, nl=False)
            self._shown = ""
