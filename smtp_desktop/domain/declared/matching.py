"""The stored SMTPs and activities that those of a file stand for: the ones of the same id, else of the same name."""

from collections.abc import Sequence
from typing import TypeVar

from smtp_desktop.domain.declared.document import DeclaredActivity, DeclaredSmtp
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.smtp.profile import SmtpProfile

Declared = TypeVar("Declared", DeclaredSmtp, DeclaredActivity)
Stored = TypeVar("Stored", SmtpProfile, Activity)


def matched(declared: Sequence[Declared], stored: Sequence[Stored]) -> dict[str, Stored]:
    """Returns the stored object of each declared one that has any, by its place. None is that of two: who has its id
    comes before who has its name, whose case is ignored."""
    by_id: dict[str, Stored] = {one.id: one for one in stored}
    by_name = {one.name.lower(): one for one in stored}
    found = {one.place: by_id[one.id] for one in declared if one.id is not None and one.id in by_id}
    taken = {one.id for one in found.values()}
    for one in declared:
        named = by_name.get(one.draft.name.strip().lower())
        if one.place not in found and named is not None and named.id not in taken:
            found[one.place] = named
    return found


def name_holder(one: Declared, match: Stored | None, stored: Sequence[Stored]) -> Stored | None:
    """Returns the stored object that has the name of the declared one, where it is not its `match`."""
    name = one.draft.name.strip().lower()
    holder = next((other for other in stored if other.name.lower() == name), None)
    return None if holder is None or (match is not None and holder.id == match.id) else holder
