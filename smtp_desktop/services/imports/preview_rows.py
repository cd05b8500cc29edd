"""The rows of a preview: each finding, compared with what is stored and with the rows before it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.imports.found import FoundSmtp, Source, Unreadable
from smtp_desktop.domain.imports.matching import ServerKey, differing_fields, key_of, key_of_stored, updated
from smtp_desktop.domain.imports.naming import free_name, smtp_name
from smtp_desktop.domain.imports.preview import ImportAction, ImportKind, ImportRow, ImportState
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.completeness import missing_fields, needs_words
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import NAME_LIMIT, ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

IsStored = Callable[[SmtpProfile, SecretField, Secret], bool | None]
"""Whether the vault holds that secret for the SMTP already; None where it is locked."""

_NEW = (ImportAction.IMPORT, ImportAction.SKIP)
_TO_UPDATE = (ImportAction.UPDATE, ImportAction.SKIP, ImportAction.KEEP_BOTH)
_TO_SKIP = (ImportAction.SKIP, ImportAction.UPDATE, ImportAction.KEEP_BOTH)
# Without these it still is an SMTP; a value that can't be is left out.
_DISPENSABLE = frozenset({"name", "from_address", "ehlo_name", "signature", "description", "tags"})
_EMPTY = ProfileDraft()


class PreviewRows:
    """Makes the rows of other programs' files, in their order. `uncompared` is whether a stored secret could not be
    compared by then."""

    def __init__(self, profiles: Sequence[SmtpProfile], is_stored: IsStored) -> None:
        self._is_stored = is_stored
        self.uncompared = False
        self._taken = {one.name.lower() for one in profiles}
        self._stored: dict[ServerKey, list[SmtpProfile]] = {}
        for one in profiles:
            self._stored.setdefault(key_of_stored(one), []).append(one)
        self._seen: dict[ServerKey, ImportRow] = {}

    def of(self, source: Source, first: int) -> list[ImportRow]:
        """Returns the rows of a source, numbered from `first`, in the order of its files and their lines."""
        order = {file: number for number, file in enumerate(source.files)}
        findings: Iterable[FoundSmtp | Unreadable] = (*source.found, *source.unreadable)
        in_order = sorted(findings, key=lambda one: (order.get(one.file, len(order)), one.line or 0))
        return [self._row(one, number) for number, one in enumerate(in_order, first)]

    def _row(self, finding: FoundSmtp | Unreadable, number: int) -> ImportRow:
        if isinstance(finding, Unreadable):
            return _unreadable(finding, number, finding.reason)
        try:
            found, profile = _acceptable(finding)
        except FieldErrors as error:
            return _unreadable(finding, number, error.errors[0].message)
        key = key_of(found.draft)
        row = _row_of(found, number, profile)
        stored, earlier = self._stored.get(key), self._seen.get(key)
        if stored:
            row = self._with_stored(row, found, min(stored, key=lambda one: len(self._differing(one, found))))
        elif earlier is None:
            name = free_name(row.name, self._taken)
            self._taken.add(name.lower())
            row = replace(row, name=name)
        if earlier is not None:
            row = _with_earlier(row, earlier)
        else:
            self._seen[key] = row
        return row

    def _with_stored(self, row: ImportRow, found: FoundSmtp, stored: SmtpProfile) -> ImportRow:
        differing = self._differing(stored, found)
        actions: tuple[ImportAction, ...] = _TO_UPDATE if differing else _TO_SKIP
        reason = _difference_words(differing) if differing else msg("Nothing differs")
        if self._is_locked(stored, found) and set(differing) <= set(SecretField):
            self.uncompared = True
            reason = msg("The stored password can't be compared: it is locked")
        try:
            profile_from_draft(
                updated(stored, found.draft, found.said), profile_id=stored.id, stored=stored, complete=False
            )
        except FieldErrors as error:
            actions, reason = (ImportAction.SKIP, ImportAction.KEEP_BOTH), error.errors[0].message
        return replace(
            row,
            state=ImportState.EXISTS,
            name=stored.name,
            actions=actions,
            reason=reason,
            needs_secret=False,
            stored_id=stored.id,
            stored_name=stored.name,
            differing=tuple(differing),
        )

    def _is_locked(self, stored: SmtpProfile, found: FoundSmtp) -> bool:
        typed = updated(stored, found.draft, found.said).typed_secrets
        return any(self._is_stored(stored, field, secret) is None for field, secret in typed.items())

    def _differing(self, stored: SmtpProfile, found: FoundSmtp) -> list[str]:
        after = updated(stored, found.draft, found.said)
        secrets = [
            str(field) for field, secret in after.typed_secrets.items() if not self._is_stored(stored, field, secret)
        ]
        return [*differing_fields(stored, found.draft, found.said), *secrets]


def _unreadable(finding: FoundSmtp | Unreadable, number: int, reason: MessageText) -> ImportRow:
    return ImportRow(
        number=number,
        kind=ImportKind.SMTP,
        state=ImportState.UNREADABLE,
        format=finding.format,
        file=finding.file,
        line=finding.line,
        name="",
        actions=(),
        reason=reason,
    )


def _acceptable(found: FoundSmtp) -> tuple[FoundSmtp, SmtpProfile]:
    """Returns the finding as it can be stored, without values that can't be, which its notes then say; and the SMTP.
    Raises FieldErrors where it can't be stored at all."""
    draft = replace(found.draft, name=smtp_name(found.draft.name)[:NAME_LIMIT], is_default=False)
    try:
        return replace(found, draft=draft), _profile(draft)
    except FieldErrors as error:
        wrong = {one.field: one.message for one in error.errors}
        if not _DISPENSABLE.issuperset(wrong):
            raise FieldErrors(tuple(one for one in error.errors if one.field not in _DISPENSABLE)) from None
    blanks: dict[str, Any] = {name: getattr(_EMPTY, name) for name in wrong if name != "name"}
    draft = replace(draft, **blanks)
    notes = tuple(
        msg("{field} is left out: {reason}", field=name.replace("_", " "), reason=str(message))
        for name, message in wrong.items()
    )
    found = replace(found, draft=draft, said=found.said - wrong.keys(), notes=(*found.notes, *notes))
    return found, _profile(draft)


def _profile(draft: ProfileDraft) -> SmtpProfile:
    return profile_from_draft(draft, profile_id=ProfileId(""), stored=None, complete=False)


def _row_of(found: FoundSmtp, number: int, profile: SmtpProfile) -> ImportRow:
    """Returns the row of an SMTP that is not stored yet."""
    missing = [field for field in missing_fields(profile) if not getattr(found.draft, field)]
    secret = any(field in set(SecretField) for field in missing)
    reason = found.missing if secret and found.missing else needs_words(missing[0]) if missing else None
    return ImportRow(
        number=number,
        kind=ImportKind.SMTP,
        state=ImportState.NEEDS_PASSWORD if secret else ImportState.NEW,
        format=found.format,
        file=found.file,
        line=found.line,
        name=found.draft.name,
        actions=_NEW,
        reason=reason,
        notes=found.notes,
        draft=found.draft,
        said=found.said,
        needs_secret=secret,
    )


def _with_earlier(row: ImportRow, earlier: ImportRow) -> ImportRow:
    """Returns a row that means the same SMTP as an earlier one: it only adds what that one lacks."""
    adds = earlier.needs_secret and not row.needs_secret and bool(row.draft and row.draft.typed_secrets)
    reason = msg("The same as in {file}", file=earlier.file)
    if earlier.line is not None:
        reason = msg("The same as in {file}, line {line}", file=earlier.file, line=earlier.line)
    return replace(
        row,
        state=ImportState.EXISTS,
        name=earlier.name,
        actions=_TO_UPDATE if adds else _TO_SKIP,
        reason=reason,
        needs_secret=False,
        stored_name=earlier.name,
        same_as=earlier.number,
    )


def _difference_words(differing: Sequence[str]) -> MessageText:
    if list(differing) == [SecretField.PASSWORD]:
        return msg("Other password in the file")
    names = ", ".join(name.replace("_", " ") for name in differing)
    return msg("Differs in: {fields}", fields=names)
