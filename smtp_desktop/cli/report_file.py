"""Reports of tests and checks in a file, for a ticket."""

from collections.abc import Sequence
from pathlib import Path

from smtp_desktop.cli.trials import Tried
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.message_text import text
from smtp_desktop.services.checks.report import report_lines, version_lines

_RULE = "=" * 72


class ReportFile:
    """A file that reports are written to. That it can be is found out at once: not after a mail went out. Raises
    SmtpDesktopError if not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write("a", "")

    def hold(self, tried: Sequence[Tried]) -> None:
        """The file holds what is known of each of `tried`, and nothing else. Raises SmtpDesktopError."""
        versions = version_lines()
        reports = ["\n".join(_lines(one, versions)) for one in tried]
        self._write("w", f"\n\n{_RULE}\n\n".join(reports) + "\n")

    def _write(self, mode: str, words: str) -> None:
        try:
            # A lone surrogate in what a server said is no reason to have no report.
            with self.path.open(mode, encoding="utf-8", errors="backslashreplace") as file:
                file.write(words)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SmtpDesktopError(
                text("{path} can't be written: {reason}.", path=str(self.path), reason=reason)
            ) from error


def _lines(tried: Tried, versions: Sequence[str]) -> list[str]:
    if isinstance(tried.outcome, SmtpDesktopError):
        return [f"{tried.profile.name} could not be tried", str(tried.outcome)]
    return report_lines(tried.outcome, ended_at=tried.ended_at, versions=versions)
