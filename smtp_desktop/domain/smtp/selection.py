"""Several SMTPs at once: what can be done with them, and a change of fields that all of them get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import ProfileEdit, edit_of, place_of
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.domain.smtp.tags import changed_tags


def replacement_problem(profiles: Sequence[SmtpProfile]) -> MessageText | None:
    """Returns why these SMTPs can't get one new password; None where they can: all of them sign in with a password, at
    the same host or tenant, as the same user."""
    for profile in profiles:
        if not profile.needs_password:
            return msg("{name} does not sign in with a password.", name=profile.name)
    first = profiles[0]
    for other in profiles:
        if _place(other) != _place(first):
            return msg("They sign in at different servers: {one} and {other}.", one=place(first), other=place(other))
        if other.server.user_name.lower() != first.server.user_name.lower():
            return msg(
                "They sign in as different users: {one} and {other}.",
                one=first.server.user_name,
                other=other.server.user_name,
            )
    return None


def same_account(one: SmtpProfile, profiles: Sequence[SmtpProfile]) -> list[SmtpProfile]:
    """Returns those of `profiles`, without `one`, that sign in with a password at the same host or tenant as the same
    user: where the password of one of them changes, that of the others does, too."""
    if not one.needs_password:
        return []
    user, where = one.server.user_name.lower(), _place(one)
    return [
        other
        for other in profiles
        if other.id != one.id
        and other.needs_password
        and other.server.user_name.lower() == user
        and _place(other) == where
    ]


def place(profile: SmtpProfile) -> str:
    """Returns the host name of an SMTP, or its tenant."""
    server = profile.server
    return server.host_name if isinstance(server, GenericServer) else server.tenant_id


def _place(profile: SmtpProfile) -> tuple[str, ...]:
    if isinstance(profile.server, GenericServer):
        try:
            return (ascii_host(profile.server.host_name),)
        except BadHost:
            return (profile.server.host_name,)
    return place_of(draft_of(profile))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """What several SMTPs get: `values` of fields as a draft has them, by name; tags on top of theirs or without some of
    them; and a password, where their host is another one by it."""

    values: Mapping[str, str | bool] = field(default_factory=dict)
    added_tags: tuple[str, ...] = ()
    removed_tags: tuple[str, ...] = ()
    password: Secret | None = None

    def draft(self, before: ProfileDraft) -> ProfileDraft:
        """Returns the draft with the change in it."""
        tags = changed_tags(before.tags, added=self.added_tags, removed=self.removed_tags)
        password = self.password if self.password and before.auth_required else None
        return replace(before, **{"tags": tags, **self.values, "password": password})  # type: ignore[arg-type]  # names and values come from fields of the draft

    def edit(self, seen: SmtpProfile) -> ProfileEdit:
        """Returns the edit that makes the change of the SMTP that was `seen`."""
        return edit_of(seen, self.draft(draft_of(seen)), named=self.values)
