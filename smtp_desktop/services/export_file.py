"""SMTPs in a file: readable JSON without secrets."""

import json
from collections.abc import Sequence
from pathlib import Path

from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.profile_fields import export_document
from smtp_desktop.services.private_file import os_errors_as_lost, private


def write_export(profiles: Sequence[SmtpProfile], path: Path) -> None:
    """Writes these SMTPs into the file, readable for its owner alone. Raises OutputLost."""
    with os_errors_as_lost(path), open(path, "w", encoding="utf-8", opener=private) as file:
        file.write(json.dumps(export_document(profiles), ensure_ascii=False, indent=2) + "\n")
