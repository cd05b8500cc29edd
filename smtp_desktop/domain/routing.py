"""Which SMTP a mail goes out through."""

from collections.abc import Collection, Iterable

from smtp_desktop.domain.delivery import Route
from smtp_desktop.domain.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.text import Text, text


def route_of(
    *,
    smtp_id: ProfileId | None,
    backup_id: ProfileId | None,
    profiles: Iterable[SmtpProfile],
    held: Collection[ProfileId],
) -> Route:
    """Returns the SMTP that a mail bound to `smtp_id` (None: the default) with this backup goes out through now.
    `held` are those that nothing goes through for now."""
    by_id = {profile.id: profile for profile in profiles}
    own = by_id.get(smtp_id) if smtp_id else next((p for p in by_id.values() if p.is_default), None)
    backup = by_id.get(backup_id) if backup_id else None
    if own and own.id not in held:
        return Route(profile_id=own.id, by_backup=False, reason=_own_reason(own, bound=smtp_id is not None))
    if backup and backup.id not in held:
        return Route(profile_id=backup.id, by_backup=True, reason=_backup_reason(own, backup))
    if own:
        return Route(profile_id=own.id, by_backup=False, reason=_waiting_reason(own, backup))
    return Route(
        profile_id=backup.id if backup else None,
        by_backup=backup is not None,
        reason=_waiting_reason(backup, None)
        if backup
        else text("No SMTP: there is no default one. Choose one here, or make one the default."),
    )


def _own_reason(own: SmtpProfile, *, bound: bool) -> Text:
    if bound:
        return text("{name}, as chosen here.", name=own.name)
    return text("{name}, the default SMTP.", name=own.name)


def _backup_reason(own: SmtpProfile | None, backup: SmtpProfile) -> Text:
    if own:
        return text("{backup}, the backup, while {name} is held up.", backup=backup.name, name=own.name)
    return text("{backup}, the backup: there is no default SMTP.", backup=backup.name)


def _waiting_reason(own: SmtpProfile, backup: SmtpProfile | None) -> Text:
    if backup and backup.id != own.id:
        return text("{name} and its backup {backup} are held up: mail waits.", name=own.name, backup=backup.name)
    return text("{name}, which is held up: mail waits until it works again.", name=own.name)
