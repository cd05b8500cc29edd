"""Results of reading: SMTPs and what can't be read, put together to sources."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import MessageText, msg

Result = FoundSmtp | Unreadable

OAUTH_NOTE = msg("There it signs in with OAuth 2.0. Choose how in the form of the SMTP, or enter an app password.")
"""For SMTPs whose tokens are the other program's own."""

CLIENT_CERTIFICATE_NOTE = msg("It presents a client certificate, which is not taken over.")


def source_of(source_format: ImportFormat, files: Iterable[str], results: Iterable[Result]) -> Source:
    """Returns the source that these files are, with what was found in them."""
    paths, every = tuple(files), list(results)
    if not every:
        reason = msg("It says nothing of an SMTP.")
        every = [Unreadable(format=source_format, file=paths[0], line=None, reason=reason)]
    return Source(
        format=source_format,
        files=paths,
        found=[one for one in every if isinstance(one, FoundSmtp)],
        unreadable=[one for one in every if isinstance(one, Unreadable)],
    )


def noted(result: Result, *notes: MessageText | None) -> Result:
    """Returns an SMTP with further notes; anything else as it is. None is no note."""
    if isinstance(result, Unreadable):
        return result
    return replace(result, notes=(*result.notes, *(note for note in notes if note)))


def with_values(result: Result, **values: Any) -> Result:
    """Returns an SMTP with these fields of its draft, which the file decides; anything else as it is. Empty ones are
    left out."""
    given = {key: value for key, value in values.items() if value not in ("", None)}
    if isinstance(result, Unreadable) or not given:
        return result
    return replace(result, draft=replace(result.draft, **given), said=result.said | given.keys())
