"""Files of ours in the import: those that `export` writes, sealed or not, and those that `apply` reads."""

import re
from collections.abc import Callable, Sequence

from smtp_desktop.domain.declared.document import VERSION_KEY, Declared
from smtp_desktop.domain.declared.errors import DOCUMENT, DocumentErrors, Problem
from smtp_desktop.domain.declared.node import TextFormat, format_of
from smtp_desktop.domain.declared.reader import declared_in
from smtp_desktop.domain.errors import SealedFileDamaged, SealedFileTooNew, WrongPassphrase
from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Source, Unreadable
from smtp_desktop.domain.imports.preview import ImportKind, ImportRow, ImportState
from smtp_desktop.domain.imports.source_file import NotText, SourceFile, decoded
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.services.exports.ports import Sealer
from smtp_desktop.services.imports.own_merge import merged
from smtp_desktop.services.imports.own_rows import IsStored, OwnRows
from smtp_desktop.services.imports.ports import ChosenRow, OwnFinding
from smtp_desktop.services.ports import Authorities

# At the beginning of a line: in YAML, a key of the whole file.
_YAML_KEY = re.compile(rf"""^["']?{VERSION_KEY}["']?\s*:""", re.MULTILINE)
_FLOW_KEY = re.compile(rf"""[{{,\s]["']?{VERSION_KEY}["']?\s*:""")  # JSON, and YAML in its way


class OwnExportFiles:
    """Reads files of ours, compares them with what is stored, and merges them into it; see `OwnFiles`. May block on the
    keyring."""

    def __init__(
        self,
        *,
        sealer: Sealer,
        authorities: Authorities,
        parse_certificate: Callable[[Secret], KeyedCertificate],
        is_stored: IsStored,
    ) -> None:
        """`parse_certificate` raises FieldErrors for what is none."""
        self._sealer = sealer
        self._authorities = authorities
        self._parse_certificate = parse_certificate
        self._is_stored = is_stored

    def recognizes(self, file: SourceFile) -> bool:
        """Whether it is a file of ours, by its content."""
        if self._sealer.is_sealed(file.content):
            return True
        try:
            text = decoded(file)
        except NotText:
            return False
        key = _FLOW_KEY if text.lstrip().startswith("{") else _YAML_KEY
        return key.search(text) is not None

    def look(self, file: SourceFile, setup: Setup, passphrase: Secret | None) -> OwnFinding:
        """Returns what the file says, compared with what is stored. Slow for a sealed one. Raises WrongPassphrase, also
        without one for a sealed file, and VaultError where this system can't open any."""
        try:
            declared = self._declared(file, passphrase)
        except DocumentErrors as error:
            return _unreadable(file.path, [(_words(one), one.line) for one in error.problems])
        except (SealedFileDamaged, SealedFileTooNew) as error:
            return _unreadable(file.path, [(error.message, None)])
        maker = OwnRows(
            file.path,
            declared,
            setup,
            authorities=self._authorities,
            parse_certificate=self._parse_certificate,
            is_stored=self._is_stored,
        )
        rows = maker.all()
        return OwnFinding(source=_source(file.path, rows), rows=rows, uncompared=maker.uncompared)

    def merge(self, chosen: Sequence[ChosenRow], setup: Setup, tags: Sequence[str]) -> Setup:
        """Returns the setup with these rows, which all are of files of ours; the SMTPs get `tags` as well. Raises
        FieldErrors, ChangedMeanwhile."""
        return merged(chosen, setup, tags)

    def _declared(self, file: SourceFile, passphrase: Secret | None) -> Declared:
        if not self._sealer.is_sealed(file.content):
            text = decoded(file)
            return declared_in(text, format_of(file.path, text))
        if passphrase is None:
            raise WrongPassphrase(msg("{file} is sealed with a passphrase.", file=file.path))
        try:
            text = self._sealer.unseal(file.content, passphrase)
        except WrongPassphrase as error:
            raise WrongPassphrase(msg("Wrong passphrase for {file}. Nothing was changed.", file=file.path)) from error
        return declared_in(text, TextFormat.JSON, sealed=True)


def _words(problem: Problem) -> MessageText:
    if problem.place == DOCUMENT:
        return problem.message
    return msg("{place}: {reason}", place=problem.place, reason=str(problem.message))


def _unreadable(path: str, problems: Sequence[tuple[MessageText, int | None]]) -> OwnFinding:
    found = [Unreadable(format=ImportFormat.OWN, file=path, line=line, reason=reason) for reason, line in problems]
    rows = [
        ImportRow(
            number=number,
            kind=ImportKind.SMTP,
            state=ImportState.UNREADABLE,
            format=ImportFormat.OWN,
            file=path,
            line=one.line,
            name="",
            actions=(),
            reason=one.reason,
        )
        for number, one in enumerate(found)
    ]
    return OwnFinding(source=Source(format=ImportFormat.OWN, files=(path,), unreadable=found), rows=tuple(rows))


def _source(path: str, rows: Sequence[ImportRow]) -> Source:
    return Source(
        format=ImportFormat.OWN,
        files=(path,),
        found=[
            FoundSmtp(
                format=ImportFormat.OWN,
                file=path,
                line=row.line,
                draft=row.draft,
                said=row.said,
                missing=row.reason if row.state is ImportState.NEEDS_PASSWORD else None,
                notes=row.notes,
            )
            for row in rows
            if row.draft is not None
        ],
        unreadable=[
            Unreadable(format=ImportFormat.OWN, file=path, line=row.line, reason=row.reason)
            for row in rows
            if row.state is ImportState.UNREADABLE and row.reason is not None
        ],
    )
