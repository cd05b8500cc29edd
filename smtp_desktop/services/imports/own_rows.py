"""The rows of a file of ours: each of its objects, compared with the stored one of its id, else of its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from smtp_desktop.domain.declared.document import Declared as DeclaredFile
from smtp_desktop.domain.declared.document import DeclaredActivity, DeclaredSmtp, SecretReference, SecretSource
from smtp_desktop.domain.declared.matching import matched
from smtp_desktop.domain.delivery.activity import Activity, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import changed_fields as changed_activity_fields
from smtp_desktop.domain.delivery.activity_rules import activity_from_draft
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.preview import ImportAction, ImportKind, ImportRow, ImportState
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.settings import setting_values
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.domain.smtp.completeness import missing_fields, needs_words
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of, usable_secrets
from smtp_desktop.domain.smtp.edit import changed_fields
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.declared.wanted import OF_SMTP, activity_draft
from smtp_desktop.services.imports.own_merge import after_update, updated
from smtp_desktop.services.ports import Authorities

IsStored = Callable[[SmtpProfile, SecretField, Secret], bool | None]
"""Whether the vault holds that secret for the SMTP already; None where it is locked."""

_NEW = (ImportAction.IMPORT, ImportAction.SKIP)
_CHANGED = (ImportAction.UPDATE, ImportAction.SKIP, ImportAction.KEEP_BOTH)
_CONFLICTING = (ImportAction.SKIP, ImportAction.UPDATE, ImportAction.KEEP_BOTH)
_SAME = (ImportAction.SKIP,)
_NAMES_IN_FILE = {"smtp_id": "smtp", "backup_id": "backup"}


class OwnRows:
    """Makes the rows of one file: SMTPs, activities, settings, in this order."""

    def __init__(
        self,
        path: str,
        declared: DeclaredFile,
        setup: Setup,
        *,
        authorities: Authorities,
        parse_certificate: Callable[[Secret], KeyedCertificate],
        is_stored: IsStored,
    ) -> None:
        self._path = path
        self._declared = declared
        self._setup = setup
        self._authorities = authorities
        self._parse_certificate = parse_certificate
        self._is_stored = is_stored
        self.uncompared = False
        """Whether a stored secret could not be compared."""
        self._profiles = matched(declared.smtps or (), setup.profiles)
        self._activities = matched(declared.activities or (), setup.activities)
        renamed = {one.id for one in self._profiles.values()}
        self._unreadable: set[str] = set()
        self._in_file = {one.draft.name.strip().lower(): one for one in declared.smtps or ()}
        self._by_name = {one.name.lower(): one.id for one in setup.profiles}
        self._ids: set[str] = {one.id for one in setup.profiles}
        self._ids |= {one.id for one in setup.activities}
        self._others = {one.name.lower() for one in setup.profiles if one.id not in renamed}

    def all(self) -> tuple[ImportRow, ...]:
        """Returns the rows, numbered from 0."""
        rows = [self._smtp(one) for one in self._declared.smtps or ()]
        self._unreadable = {row.name.lower() for row in rows if row.state is ImportState.UNREADABLE}
        rows += [self._activity(one) for one in self._declared.activities or ()]
        rows += self._settings()
        return tuple(replace(row, number=number) for number, row in enumerate(rows))

    def _smtp(self, one: DeclaredSmtp) -> ImportRow:
        stored = self._profiles.get(one.place)
        row = self._row(ImportKind.SMTP, one)
        try:
            draft, notes = self._draft(one)
            after = updated(draft, stored, self._others) if stored else draft
            profile = (
                after_update(after, stored)
                if stored
                else profile_from_draft(draft, profile_id=ProfileId(""), stored=None, complete=False)
            )
        except FieldErrors as error:
            return _unreadable(row, error)
        # A secret of the file is not in the profile: it has no place yet.
        missing = [field for field in missing_fields(profile) if not getattr(draft, field)]
        secret = next((SecretField(field) for field in missing if field in set(SecretField)), None)
        row = replace(row, draft=draft, said=OF_SMTP, notes=(*notes, *_sign_in_notes(profile)))
        if stored is None:
            elsewhere = usable_secrets(draft).intersection(one.secrets) - profile.needed_secrets
            row = replace(
                row,
                elsewhere=elsewhere,
                notes=(*row.notes, *(_missing_words(one, field) for field in sorted(elsewhere))),
            )
            reason = _missing_words(one, secret) if secret else needs_words(missing[0]) if missing else None
            state = ImportState.NEEDS_PASSWORD if secret else ImportState.NEW
            return replace(row, state=state, actions=_NEW, reason=reason, needs_secret=secret is not None)
        differing = self._differing(stored, after)
        if after.name != draft.name:
            row = replace(row, notes=(*row.notes, msg("The name {name} is taken here.", name=draft.name)))
        if secret and secret in stored.secret_refs:
            lost = msg("The stored {secret} is for another place.", secret=secret.replace("_", " "))
            row = replace(row, notes=(*row.notes, lost), needs_secret=True)
        return _compared(row, one, stored, differing)

    def _draft(self, one: DeclaredSmtp) -> tuple[ProfileDraft, tuple[MessageText, ...]]:
        """Returns what the file says of an SMTP, with its secrets. Raises FieldErrors."""
        draft = replace(one.draft, is_default=self._declared.is_default(one.draft.name))
        if draft.trusted_ca_pem:
            draft = replace(draft, trusted_ca_pem=self._authorities.parse(draft.trusted_ca_pem).pem)
        secrets: dict[str, Any] = {str(field): secret for field, secret in one.values.items()}
        notes: tuple[MessageText, ...] = ()
        if key := one.values.get(SecretField.CERTIFICATE):
            try:
                keyed = self._parse_certificate(key)
            except FieldErrors as error:
                del secrets[SecretField.CERTIFICATE]
                notes = (msg("The certificate is left out: {reason}", reason=str(error)),)
            else:
                secrets[SecretField.CERTIFICATE] = keyed.secret
                draft = replace(draft, app_certificate=keyed.certificate)
        return replace(draft, **secrets), notes

    def _differing(self, stored: SmtpProfile, after: ProfileDraft) -> tuple[str, ...]:
        changed = changed_fields(after, draft_of(stored)) - {"app_certificate"}
        is_stored = {field: self._is_stored(stored, field, secret) for field, secret in after.typed_secrets.items()}
        self.uncompared = self.uncompared or None in is_stored.values()
        secrets = {field for field, known in is_stored.items() if not known}
        return tuple(one.name for one in fields(ProfileDraft) if one.name in changed | secrets)

    def _activity(self, one: DeclaredActivity) -> ImportRow:
        stored = self._activities.get(one.place)
        row = replace(self._row(ImportKind.ACTIVITY, one), declared=one)
        unknown = [name for name in (one.smtp, one.backup) if name and self._smtp_id(name) is None]
        if unknown:
            return replace(row, reason=msg("There is no SMTP named {name}.", name=unknown[0]))
        draft = activity_draft(one, stored, lambda name: self._smtp_id(name) or ProfileId(""))
        try:
            activity_from_draft(draft, stored.id if stored else ActivityId(""))
        except FieldErrors as error:
            return _unreadable(row, error)
        if stored is None:
            return replace(row, state=ImportState.NEW, actions=_NEW)
        changed = changed_activity_fields(draft, activity_draft_of(stored))
        differing = [_NAMES_IN_FILE.get(one.name, one.name) for one in fields(draft) if one.name in changed]
        return _compared(row, one, stored, tuple(differing))

    def _smtp_id(self, name: str) -> ProfileId | None:
        """Returns the id of the SMTP of an activity: as it is stored, or will be."""
        folded = name.strip().lower()
        smtp = self._in_file.get(folded)
        if smtp is None or folded in self._unreadable:
            return self._by_name.get(folded)
        stored = self._profiles.get(smtp.place)
        return stored.id if stored else ProfileId(f"of the file: {folded}")

    def _settings(self) -> Sequence[ImportRow]:
        if not self._declared.settings:
            return ()
        present: Mapping[str, object] = setting_values(self._setup.preferences)
        differing = tuple(name for name, value in self._declared.settings.items() if present[name] != value)
        is_new = not self._setup.profiles and not self._setup.activities
        actions = (ImportAction.UPDATE, ImportAction.SKIP) if is_new else (ImportAction.SKIP, ImportAction.UPDATE)
        return (
            ImportRow(
                number=0,
                kind=ImportKind.SETTINGS,
                state=ImportState.CHANGED if differing else ImportState.SAME,
                format=ImportFormat.OWN,
                file=self._path,
                line=self._declared.lines.get("settings"),
                name="settings",
                actions=actions if differing else _SAME,
                reason=_differing_words(differing) if differing else None,
                differing=differing,
                settings=self._declared.settings,
            ),
        )

    def _row(self, kind: ImportKind, one: DeclaredSmtp | DeclaredActivity) -> ImportRow:
        """Returns the row of an object before it is compared: one that can't be read."""
        return ImportRow(
            number=0,
            kind=kind,
            state=ImportState.UNREADABLE,
            format=ImportFormat.OWN,
            file=self._path,
            line=self._declared.lines.get(one.place),
            name=one.draft.name.strip(),
            actions=(),
            own_id=one.id if one.id and one.id not in self._ids else "",
        )


def _compared(
    row: ImportRow, one: DeclaredSmtp | DeclaredActivity, stored: SmtpProfile | Activity, differing: tuple[str, ...]
) -> ImportRow:
    """Returns the row of an object that is stored."""
    is_other = one.id is not None and one.id != stored.id
    actions: tuple[ImportAction, ...] = _CHANGED
    state = ImportState.CHANGED
    if not differing:
        state, actions = ImportState.SAME, _SAME
    elif is_other:
        state, actions = ImportState.CONFLICTING, _CONFLICTING
    return replace(
        row,
        state=state,
        actions=actions,
        reason=_differing_words(differing) if differing else None,
        stored_id=stored.id,
        stored_name=stored.name,
        differing=differing,
    )


def _unreadable(row: ImportRow, error: FieldErrors) -> ImportRow:
    first = error.errors[0]
    field = _NAMES_IN_FILE.get(first.field, first.field)
    return replace(row, reason=msg("{place}: {reason}", place=field, reason=str(first.message)))


def _differing_words(differing: Sequence[str]) -> MessageText:
    return msg("Differs in: {fields}", fields=", ".join(name.replace("_", " ") for name in differing))


def _missing_words(one: DeclaredSmtp, field: SecretField) -> MessageText:
    reference = one.secrets.get(field)
    return msg("The file says {reference}", reference=_shown(reference)) if reference else needs_words(field)


def _shown(reference: SecretReference) -> str:
    # Of a command only its name: its arguments are the user's own.
    words = f"[{reference.words[0]}, …]" if reference.source is SecretSource.COMMAND else reference.words[0]
    return f"{{{reference.source}: {words}}}"


def _sign_in_notes(profile: SmtpProfile) -> tuple[MessageText, ...]:
    if SecretField.TOKENS not in profile.needed_secrets or SecretField.TOKENS in profile.secret_refs:
        return ()
    return (msg("Sign in again: no file has sign-ins."),)
