"""smtp-desktop smtp delete"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.cli.output.output import error_document, printable
from smtp_desktop.cli.smtp.each import do_each
from smtp_desktop.cli.smtp.profile_output import server_text
from smtp_desktop.cli.smtp.stored import open_vault_to_erase
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_of
from smtp_desktop.services.services import Services

_NAMED = 8  # that the question names


@click.command()
@choice_options("Delete")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--new-default", metavar="NAME", help="The SMTP that becomes the default; needed to delete the default.")
@json_option
@click.pass_obj
def delete(session: Session, choice: Choice, *, yes: bool, new_default: str | None) -> int:
    """Deletes SMTPs with their history and their secrets. This can't be undone."""
    with session.open() as services:
        profiles = choice.read(services)
        successor = _successor(services, profiles, new_default)
        _confirm(profiles, _uses(services, profiles), yes=yes)
        for profile in profiles:
            open_vault_to_erase(session, services, profile)

        def act(profile: SmtpProfile) -> tuple[dict[str, object], list[str]]:
            uses = _uses(services, [profile])
            heir = successor if profile.is_default else None
            left = services.profiles.delete(profile.id, new_default=heir.id if heir else None).secrets_left
            if left:
                session.output.diagnostic(
                    f"Its secrets could not be erased yet, which is tried again at the next start: {left}"
                )
            document: dict[str, object] = {
                "name": profile.name,
                "deleted": True,
                "new_default": heir.name if heir else None,
                "activities": uses.bound,
                "backup_of": uses.backed_up,
                "secrets_left": error_document(left) if left else None,
            }
            said = f"Deleted {profile.name}." + (f" {heir.name} is the default now." if heir else "")
            return document, [said, *uses.lines("went")]

        # The default last: until then the others are not without one.
        return do_each(session.output, choice, sorted(profiles, key=lambda one: one.is_default), act)


def _successor(services: Services, profiles: Sequence[SmtpProfile], new_default: str | None) -> SmtpProfile | None:
    default, ids = default_of(profiles), {profile.id for profile in profiles}
    if new_default is not None:
        if default is None:
            what = f"{profiles[0].name} is not the default" if len(profiles) == 1 else "The default is not among them"
            raise click.UsageError(f"{what}, so --new-default has no place here.")
        successor = services.profiles.by_name(new_default)
        if successor.id in ids:
            raise click.UsageError("The new default must be another SMTP than the deleted one.")
        return successor
    others = [other.name for other in services.profiles.all() if other.id not in ids]
    if default and others:
        raise click.UsageError(
            f"{default.name} is the default. Name the one that takes its place with --new-default: {', '.join(others)}"
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Uses:
    """The names of the activities that are `bound` to SMTPs, and of those that have one as their backup."""

    bound: list[str]
    backed_up: list[str]

    def lines(self, verb: str) -> list[str]:
        texts = {
            f"To the default SMTP {verb}": self.bound,
            "Without a backup from now on": self.backed_up,
        }
        return [f"{what}: {', '.join(names)}." for what, names in texts.items() if names]


def _uses(services: Services, profiles: Sequence[SmtpProfile]) -> _Uses:
    ids: Collection[ProfileId | None] = {profile.id for profile in profiles}
    activities = services.activities.all()
    return _Uses(
        bound=[activity.name for activity in activities if activity.smtp_id in ids],
        backed_up=[activity.name for activity in activities if activity.backup_id in ids],
    )


def _confirm(profiles: Sequence[SmtpProfile], uses: _Uses, *, yes: bool) -> None:
    if yes:
        return
    if not can_ask():
        raise click.UsageError("Deleting can't be undone. Say --yes to do it without being asked.")
    effects = "".join(f"{printable(line)}\n" for line in uses.lines("go"))
    click.confirm(f"{effects}Delete {_question(profiles)} This can't be undone.", abort=True, err=True)


def _question(profiles: Sequence[SmtpProfile]) -> str:
    if len(profiles) == 1:
        return f"{profiles[0].name} ({server_text(profiles[0])}) with its history and its secrets?"
    names = ", ".join(profile.name for profile in profiles[:_NAMED])
    more = f" and {len(profiles) - _NAMED:,} more" if len(profiles) > _NAMED else ""
    return f"{len(profiles):,} SMTPs with their history and their secrets: {names}{more}?"
