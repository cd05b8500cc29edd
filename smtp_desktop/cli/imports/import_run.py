"""One run of `smtp import`: what is looked at, and what is then done with each row."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smtp_desktop.cli.imports.import_output import Entry
from smtp_desktop.cli.options.secrets import MASTER_VARIABLE, open_vault, with_open_vault
from smtp_desktop.domain.errors import ChangedMeanwhile, VaultLocked, WrongPassphrase
from smtp_desktop.domain.imports.preview import (
    ImportAction,
    ImportChoice,
    ImportKind,
    ImportOutcome,
    ImportPreview,
    ImportRow,
    ImportState,
)
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.services import Services

ON_EXISTING = (ImportAction.SKIP, ImportAction.UPDATE, ImportAction.KEEP_BOTH)
_TRIES = 10  # each one that fails is another import's success


@dataclass(slots=True, kw_only=True)
class ImportRun:
    """What is imported, and how. `on_existing` is None where the user did not say; `passphrase` is known once one is
    needed, by `ask`."""

    services: Services
    files: Sequence[SourceFile]
    on_existing: ImportAction | None
    tags: Sequence[str]
    ask: Callable[[], Secret]
    passphrase: Secret | None = None

    def look(self) -> ImportPreview:
        """Returns what is in the files. Opens the vault to compare passwords if that asks nobody. Raises
        WrongPassphrase, StoreError, VaultError."""
        preview = self._look()
        if not preview.uncompared or not os.environ.get(MASTER_VARIABLE):
            return preview
        open_vault(self.services, VaultLocked(msg("The vault is locked.")))
        return self._look()

    def _look(self) -> ImportPreview:
        try:
            return self.services.imports.look(self.files, self.passphrase)
        except WrongPassphrase:
            if self.passphrase is not None:
                raise
        self.passphrase = self.ask()
        return self.services.imports.look(self.files, self.passphrase)

    def planned(self) -> list[Entry]:
        """Returns what would be done with each row."""
        return [Entry(row=row, action=self._action(row), name=row.name) for row in self.look().rows]

    def run(self) -> tuple[ImportPreview, ImportOutcome]:
        """Imports, and looks again where others have changed the SMTPs since. Returns what it did that with."""
        for _ in range(_TRIES - 1):
            try:
                return self._try()
            except ChangedMeanwhile:
                continue
        return self._try()

    def _try(self) -> tuple[ImportPreview, ImportOutcome]:
        preview = self.look()
        choices = {row.number: ImportChoice(action=self._action(row)) for row in preview.rows}
        outcome = with_open_vault(self.services, lambda: self.services.imports.run(preview, choices, tags=self.tags))
        return preview, outcome

    def _action(self, row: ImportRow) -> ImportAction:
        is_stored = row.stored_id is not None or row.kind is ImportKind.SETTINGS
        if not is_stored or not row.actions or row.state is ImportState.SAME:
            return row.proposed
        if self.on_existing is None:
            # A file of ours says which one it means, by its id.
            return row.proposed if row.state is ImportState.CHANGED else ImportAction.SKIP
        if self.on_existing is ImportAction.KEEP_BOTH and row.same_as is not None:
            return ImportAction.SKIP  # its first row is kept already
        if self.on_existing is ImportAction.UPDATE and not row.differing:
            return ImportAction.SKIP
        return self.on_existing if self.on_existing in row.actions else ImportAction.SKIP
