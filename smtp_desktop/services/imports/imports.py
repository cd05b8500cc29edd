"""The import: what files describe is looked at, compared with what is stored, and stored in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import SetupChanged
from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.imports.preview import (
    ImportAction,
    ImportChoice,
    ImportedRow,
    ImportKind,
    ImportOutcome,
    ImportPreview,
    ImportRow,
)
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.completeness import missing_fields
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile, default_of
from smtp_desktop.services.backup.ports import BackUp
from smtp_desktop.services.imports.merging import Merge
from smtp_desktop.services.imports.ports import ChosenRow, FormatReaders, OwnFiles
from smtp_desktop.services.imports.preview_rows import PreviewRows
from smtp_desktop.services.ports import Events, SetupStore, Vault
from smtp_desktop.services.profiles import RecordSignIn
from smtp_desktop.services.secret_places import SecretPlaces, is_stored


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSources:
    """What reads files: other programs', and those of ours, if these can be read."""

    readers: FormatReaders
    own: OwnFiles | None = None


class Imports:
    """Imports SMTPs and activities. Any call may block on the disk and the keyring."""

    def __init__(
        self,
        *,
        sources: ImportSources,
        setups: SetupStore,
        vault: Vault,
        places: SecretPlaces,
        events: Events,
        new_id: Callable[[], ProfileId],
        back_up: BackUp,
        record_sign_in: RecordSignIn = lambda *_: None,
    ) -> None:
        self._sources = sources
        self._setups = setups
        self._vault = vault
        self._places = places
        self._events = events
        self._new_id = new_id
        self._back_up = back_up
        self._record_sign_in = record_sign_in

    def look(self, files: Sequence[SourceFile], passphrase: Secret | None = None) -> ImportPreview:
        """Returns what the files say, compared with what is stored, in their order. Stores nothing, and never asks for
        the master password: without it, a password in a file counts as another one than the stored one. `passphrase`
        opens sealed files of ours.

        Raises StoreError, and as `OwnFiles.look` does.
        """
        setup, own = self._setups.read(), self._sources.own
        ours = {file.path: file for file in files if own and own.recognizes(file)}
        sources = list(self._sources.readers.read([file for file in files if file.path not in ours]))
        sources += [Source(format=ImportFormat.OWN, files=(path,)) for path in ours]
        order = {file.path: number for number, file in enumerate(files)}
        maker = PreviewRows(setup.profiles, self._is_stored)
        rows: list[ImportRow] = []
        shown: list[Source] = []
        uncompared = False
        for source in sorted(sources, key=lambda one: min(order[path] for path in one.files)):
            if own and source.files[0] in ours:
                finding = own.look(ours[source.files[0]], setup, passphrase)
                rows += [replace(one, number=len(rows) + one.number) for one in finding.rows]
                shown.append(finding.source)
                uncompared = uncompared or finding.uncompared
            else:
                rows += maker.of(source, len(rows))
                shown.append(source)
        return ImportPreview(sources=tuple(shown), rows=tuple(rows), uncompared=uncompared or maker.uncompared)

    def run(
        self,
        preview: ImportPreview,
        choices: Mapping[int, ImportChoice],
        cancel: Cancel | None = None,
        *,
        tags: Sequence[str] = (),
    ) -> ImportOutcome:
        """Imports the rows with a choice, by their numbers, as that says; the others are skipped. All of it is one
        transaction, a backup is made before, and SetupChanged is published after. The SMTPs get `tags` as well.

        Raises VaultError, StoreError, FieldErrors, Cancelled, and ChangedMeanwhile where what is stored is no longer
        what the preview was compared with; then nothing was imported.
        """
        wanted = [
            (_with_password(row, choices[row.number].password), choices[row.number].action)
            for row in preview.rows
            if row.number in choices and choices[row.number].action is not ImportAction.SKIP and row.actions
        ]
        if not wanted:
            return ImportOutcome(rows=())
        chosen: list[ChosenRow] = []
        try:
            stored = {one.id: one for one in self._setups.read().profiles}
            for row, action in wanted:
                chosen.append(self._chosen(row, action, stored, cancel))
            self._back_up(BackupReason.IMPORT)
            merged = _Merged(self._sources.own, chosen, tags)
            after = self._setups.change(merged.make)
        except SmtpDesktopError:
            self._places.erase_if_stale(_refs(chosen))
            raise
        self._events.publish(SetupChanged())
        return self._outcome(merged, after)

    def _chosen(
        self, row: ImportRow, action: ImportAction, stored: Mapping[ProfileId, SmtpProfile], cancel: Cancel | None
    ) -> ChosenRow:
        """Returns the row with its secrets in the vault, but for those that are there already."""
        updates = action is ImportAction.UPDATE and row.stored_id is not None
        profile_id = ProfileId(row.stored_id) if updates and row.stored_id else ProfileId(row.own_id or self._new_id())
        secrets = dict(row.draft.typed_secrets) if row.draft else {}
        if updates and row.kind is ImportKind.SMTP:
            present = stored.get(profile_id)
            secrets = {
                field: secret
                for field, secret in secrets.items()
                if present is None or not self._is_stored(present, field, secret)
            }
        refs = self._places.keep(profile_id, secrets, cancel)
        if not updates and row.elsewhere:
            refs |= self._places.reserve(profile_id, row.elsewhere - refs.keys())
        return ChosenRow(row=row, action=action, profile_id=profile_id, refs=refs)

    def _is_stored(self, profile: SmtpProfile, field: SecretField, secret: Secret) -> bool | None:
        return is_stored(self._vault, profile, field, secret)

    def _outcome(self, merged: "_Merged", after: Setup) -> ImportOutcome:
        by_id = {one.id: one for one in after.profiles}
        before = {one.id: one for one in merged.before.profiles}
        for one in (by_id[each] for each in before.keys() & by_id.keys()):
            if one != before[one.id]:
                self._record_sign_in(before[one.id], one, None)
        old = {ref for one in before.values() for ref in one.secret_refs.values()}
        left = self._places.erase_if_stale({*_refs(merged.chosen), *old})
        had_default, default = default_of(before.values()), default_of(by_id.values())
        return ImportOutcome(
            rows=tuple(merged.imported(by_id)),
            default=default.name if default and had_default is None else "",
            secrets_left=left,
        )


class _Merged:
    """The merge of chosen rows; `before` is the setup that it changed."""

    def __init__(self, own: OwnFiles | None, chosen: Sequence[ChosenRow], tags: Sequence[str]) -> None:
        self.chosen = chosen
        self.before = Setup()
        self._own = own
        self._tags = tags
        self._made: Mapping[int, ProfileId] = {}

    def make(self, setup: Setup) -> Setup:
        """Returns the setup with the rows."""
        self.before = setup
        merge = Merge(setup, self._tags)
        for one in self.chosen:
            if one.row.format is not ImportFormat.OWN:
                merge.add(one)
        self._made = merge.made
        ours = [one for one in self.chosen if one.row.format is ImportFormat.OWN]
        return self._own.merge(ours, merge.setup(), self._tags) if self._own and ours else merge.setup()

    def imported(self, profiles: Mapping[ProfileId, SmtpProfile]) -> list[ImportedRow]:
        """Returns what became of the rows."""
        return [_imported(one, self._made.get(one.row.number, one.profile_id), profiles) for one in self.chosen]


def _imported(chosen: ChosenRow, profile_id: ProfileId, profiles: Mapping[ProfileId, SmtpProfile]) -> ImportedRow:
    profile = profiles.get(profile_id) if chosen.row.kind is ImportKind.SMTP else None
    return ImportedRow(
        number=chosen.row.number,
        kind=chosen.row.kind,
        action=chosen.action,
        name=profile.name if profile else chosen.row.name,
        profile_id=profile.id if profile else None,
        missing=missing_fields(profile) if profile else (),
    )


def _with_password(row: ImportRow, password: Secret | None) -> ImportRow:
    """Returns the row with the secret that was entered for it, in the place of the one that it lacks."""
    if password is None or row.draft is None:
        return row
    field = next((one for one in SecretField if _lacks(row.draft, one)), SecretField.PASSWORD)
    values: dict[str, Any] = {str(field): password}
    return replace(row, draft=replace(row.draft, **values))


def _lacks(draft: ProfileDraft, field: SecretField) -> bool:
    values: dict[str, Any] = {str(field): Secret("x")}
    return not getattr(draft, field) and field in replace(draft, **values).typed_secrets


def _refs(chosen: Sequence[ChosenRow]) -> set[SecretRef]:
    return {ref for one in chosen for ref in one.refs.values()}
