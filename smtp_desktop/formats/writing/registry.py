"""All formats that are written."""

from collections.abc import Sequence

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFormat
from smtp_desktop.formats.writing.env import EnvWriter
from smtp_desktop.formats.writing.msmtp import MsmtpWriter
from smtp_desktop.formats.writing.postfix import PostfixWriter
from smtp_desktop.formats.writing.url import UrlWriter
from smtp_desktop.formats.writing.writer import FormatWriter

WRITERS: tuple[FormatWriter, ...] = (MsmtpWriter(), PostfixWriter(), EnvWriter(), UrlWriter())


class Writers:
    """The writers of all formats; see `ProgramWriters`."""

    def write(self, smtps: Sequence[ExportedSmtp], program_format: ProgramFormat) -> ProgramExport:
        """Returns the files of that format."""
        return next(one for one in WRITERS if one.format is program_format).write(smtps)
