"""Routing: which SMTP a mail goes out through."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_of


class RouteReason(StrEnum):
    """Why a message goes out through an SMTP, or waits."""

    CHOSEN = "chosen"  # the activity names it
    DEFAULT = "default"
    BACKUP = "backup"
    ON_HOLD = "on_hold"
    NO_SMTP = "no_smtp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which SMTP a mail goes out through now, and why: as one of a list, and in words. `profile_id` is None where there
    is none."""

    profile_id: ProfileId | None
    why: RouteReason
    by_backup: bool
    reason: MessageText


def route_of(
    *,
    smtp_id: ProfileId | None,
    backup_id: ProfileId | None,
    profiles: Iterable[SmtpProfile],
    held: Collection[ProfileId],
) -> Route:
    """Returns the route of a mail that is bound to `smtp_id` (None for the default SMTP) and has this backup. `held`
    are the SMTPs that nothing goes through for now."""
    by_id = {profile.id: profile for profile in profiles}
    own = by_id.get(smtp_id) if smtp_id else default_of(by_id.values())
    backup = by_id.get(backup_id) if backup_id else None
    if own and own.id not in held:
        why = RouteReason.CHOSEN if smtp_id else RouteReason.DEFAULT
        reason = _own_reason(own, bound=smtp_id is not None)
        return Route(profile_id=own.id, why=why, by_backup=False, reason=reason)
    if backup and backup.id not in held:
        reason = _backup_reason(own, backup)
        return Route(profile_id=backup.id, why=RouteReason.BACKUP, by_backup=True, reason=reason)
    if own:
        reason = _waiting_reason(own, backup)
        return Route(profile_id=own.id, why=RouteReason.ON_HOLD, by_backup=False, reason=reason)
    return Route(
        profile_id=backup.id if backup else None,
        why=RouteReason.ON_HOLD if backup else RouteReason.NO_SMTP,
        by_backup=backup is not None,
        reason=_waiting_reason(backup, None)
        if backup
        else msg("No SMTP, and no default. Choose an SMTP for this activity, or set a default."),
    )


def _own_reason(own: SmtpProfile, *, bound: bool) -> MessageText:
    if bound:
        return msg("{name}, as set for this activity.", name=own.name)
    return msg("{name}, the default SMTP.", name=own.name)


def _backup_reason(own: SmtpProfile | None, backup: SmtpProfile) -> MessageText:
    if own:
        return msg("{backup}, the backup, while {name} is on hold.", backup=backup.name, name=own.name)
    return msg("{backup}, the backup: there is no default SMTP.", backup=backup.name)


def _waiting_reason(own: SmtpProfile, backup: SmtpProfile | None) -> MessageText:
    if backup and backup.id != own.id:
        return msg("{name} and its backup {backup} are on hold; messages wait.", name=own.name, backup=backup.name)
    return msg("{name}, which is on hold; messages wait until it works again.", name=own.name)
