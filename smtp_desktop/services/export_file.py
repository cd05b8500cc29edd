"""SMTPs in a file: readable JSON without secrets."""

import json
from collections.abc import Sequence
from pathlib import Path

from smtp_desktop.domain.errors import OutputLost
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.profile_fields import export_document
from smtp_desktop.services.private_file import private


def write_export(profiles: Sequence[SmtpProfile], path: Path) -> None:
    """Writes these SMTPs into the file, readable for its owner alone. Raises OutputLost."""
    try:
        with open(path, "w", encoding="utf-8", opener=private) as file:
            file.write(json.dumps(export_document(profiles), ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputLost(msg("{path} can't be written: {reason}.", path=str(path), reason=reason)) from error
