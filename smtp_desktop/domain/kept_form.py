"""The unsaved content of a form, kept on the disk for the next start: a signal, a log-out or a crash must
not cost it. Secrets are never kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NewType, Protocol, TypeVar

from smtp_desktop.domain.smtp.profile import SecretField

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class _Named(DataclassInstance, Protocol):
        @property
        def name(self) -> str: ...

    class _Stored(_Named, Protocol):
        @property
        def id(self) -> str: ...


KeptFormId = NewType("KeptFormId", str)
FieldValue = str | int | bool | None
_Draft = TypeVar("_Draft", bound="_Named")
_SECRETS = frozenset(field.value for field in SecretField)


class FormKind(StrEnum):
    """The form of an SMTP, or that of an activity."""

    SMTP = "smtp"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """What a form held. `stored_id` is the SMTP or activity that it was about, None for a new one; `values` are all its
    fields but secrets, `changed` the names of those that the user had changed. `typed_secret` is whether a secret was
    typed, too, and is lost."""

    kind: FormKind
    stored_id: str | None
    name: str
    at: datetime
    values: Mapping[str, FieldValue]
    changed: tuple[str, ...]
    typed_secret: bool = False


def kept_form(kind: FormKind, draft: _Draft, filled: _Draft, stored: _Stored | None, at: datetime) -> KeptForm:
    """Returns what is kept of a form that holds `draft`, and that was filled with `filled` before the user typed.
    `stored` is what it is about, None for a new one."""
    names = [field.name for field in fields(draft) if field.name not in _SECRETS and _is_kept(draft, field.name)]
    return KeptForm(
        kind=kind,
        stored_id=stored.id if stored else None,
        name=stored.name if stored else draft.name.strip(),
        at=at,
        values={each: getattr(draft, each) for each in names},
        changed=tuple(each for each in names if getattr(draft, each) != getattr(filled, each)),
        typed_secret=any(getattr(draft, each, None) for each in _SECRETS),
    )


def _is_kept(draft: object, name: str) -> bool:
    """Whether that field can be kept. A certificate can't: its key is a secret, without which it is of no use."""
    return isinstance(getattr(draft, name), str | int | bool | None)


def with_typed(base: _Draft, form: KeptForm, *, whole: bool) -> _Draft:
    """Returns `base` with what the user had typed, or with the `whole` form, where `base` is that of nothing. Values
    that no such field can have are left out: another version of the program may have written them."""
    empty = type(base)()
    wanted = tuple(form.values) if whole else form.changed
    typed = {}
    for field in fields(base):
        if field.name in wanted and field.name not in _SECRETS and field.name in form.values:
            usual = getattr(empty, field.name)
            fits, value = _fitting(usual, form.values[field.name])
            if fits:
                typed[field.name] = value
    return replace(base, **typed)


def _fitting(usual: object, value: FieldValue) -> tuple[bool, object]:
    """Returns whether a field whose usual value is `usual` can have `value`, and this as the field has it."""
    if isinstance(usual, StrEnum):
        known = [each for each in type(usual) if each == value]
        return bool(known), known[0] if known else None
    if usual is None:
        return value is None or isinstance(value, str | int), value
    return type(value) is type(usual), value
