"""smtp-desktop smtp delete"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.cli.output.output import error_document, printable
from smtp_desktop.cli.smtp.each import do_each
from smtp_desktop.cli.smtp.profile_output import server_text
from smtp_desktop.cli.smtp.stored import open_vault_to_erase
from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_of
from smtp_desktop.services.services import Services

_NAMED = 8  # that the question names


@click.command()
@choice_options("Delete")
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--if-exists", is_flag=True, help="Accept names of SMTPs that don't exist.")
@click.option(
    "--new-default",
    metavar="NAME",
    shell_complete=smtp_names,
    help="The SMTP that becomes the default; needed to delete the default.",
)
@click.pass_obj
def delete(session: Session, choice: Choice, *, yes: bool, if_exists: bool, new_default: str | None) -> int:
    """Delete SMTPs with their history and their secrets. This can't be undone, but of several.

    Before several are deleted, a backup of their settings and secrets is made: see `smtp-desktop restore --list`.

    \b
    Examples:
      smtp-desktop smtp delete Scanner
      smtp-desktop smtp delete Scanner --if-exists --yes
      smtp-desktop smtp delete Reports --new-default Scanner --yes
    """
    with session.open() as services:
        profiles, missing = choice.read_present(services) if if_exists else (choice.read(services), [])
        if not profiles:
            _print(session, [], missing)
            return ExitCode.OK
        successor = _successor(services, profiles, new_default)
        _confirm(profiles, _uses(services, profiles), yes=yes)
        for profile in profiles:
            open_vault_to_erase(session, services, profile)

        def act(profile: SmtpProfile) -> tuple[dict[str, object], list[str]]:
            uses = _uses(services, [profile])
            heir = successor if profile.is_default else None
            left = services.profiles.delete(
                profile.id, new_default=heir.id if heir else None, is_backed_up=several
            ).secrets_left
            if left:
                session.output.diagnostic(
                    f"The secrets of {profile.name} could not be erased yet; the next start tries again: {left}"
                )
            document: dict[str, object] = {
                "name": profile.name,
                "deleted": True,
                "changed": True,
                "new_default": heir.name if heir else None,
                "activities": uses.bound,
                "backup_of": uses.backed_up,
                "secrets_left": error_document(left) if left else None,
            }
            said = f"Deleted {profile.name}." + (f" {heir.name} is now the default." if heir else "")
            return document, [said, *uses.lines()]

        several = len(profiles) > 1
        if several:
            services.backups.before(BackupReason.DELETE)
        # The default last: until then the others are not without one.
        in_order = sorted(profiles, key=lambda one: one.is_default)
        documents, code = do_each(session.output, choice, in_order, act, undone=_UNDONE)
    _print(session, documents, missing)
    return code


_UNDONE: dict[str, object] = {
    "deleted": False,
    "changed": False,
    "new_default": None,
    "activities": [],
    "backup_of": [],
    "secrets_left": None,
}


def _print(session: Session, documents: Sequence[dict[str, object]], missing: Sequence[str]) -> None:
    for name in missing:
        session.output.live(f"There is no SMTP named {name}: nothing to delete.")
    if session.output.as_json:
        gone: list[dict[str, object]] = [{"name": name, **_UNDONE, "error": None} for name in missing]
        session.output.result([*documents, *gone])


def _successor(services: Services, profiles: Sequence[SmtpProfile], new_default: str | None) -> SmtpProfile | None:
    default, ids = default_of(profiles), {profile.id for profile in profiles}
    if new_default is not None:
        if default is None:
            what = f"{profiles[0].name} is not the default" if len(profiles) == 1 else "The default is not among them"
            raise click.UsageError(f"{what}, so --new-default has no effect here. Leave it out.")
        successor = services.profiles.by_name(new_default)
        if successor.id in ids:
            raise click.UsageError("--new-default must name an SMTP that is not deleted.")
        return successor
    others = [other.name for other in services.profiles.all() if other.id not in ids]
    if default and others:
        raise click.UsageError(
            f"{default.name} is the default. Use --new-default to name what takes its place: {', '.join(others)}"
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Uses:
    """The names of the activities that are `bound` to SMTPs, and of those that have one as their backup."""

    bound: list[str]
    backed_up: list[str]

    def lines(self, *, later: bool = False) -> list[str]:
        """Returns what becomes of activities; what will, where the SMTPs are deleted `later`."""
        use, have = ("Will use", "Will have") if later else ("Now using", "Now having")
        texts = {f"{use} the default SMTP": self.bound, f"{have} no backup": self.backed_up}
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
        raise click.UsageError("Deleting can't be undone. Use --yes to confirm.")
    effects = "".join(f"{printable(line)}\n" for line in uses.lines(later=True))
    undone = "This can't be undone." if len(profiles) == 1 else "A backup is made first."
    confirm(f"{effects}Delete {_question(profiles)} {undone}", nothing=msg("Nothing was deleted."))


def _question(profiles: Sequence[SmtpProfile]) -> str:
    if len(profiles) == 1:
        return f"{profiles[0].name} ({server_text(profiles[0])}) with its history and secrets?"
    names = ", ".join(profile.name for profile in profiles[:_NAMED])
    more = f" and {len(profiles) - _NAMED:,} more" if len(profiles) > _NAMED else ""
    return f"{len(profiles):,} SMTPs with their history and secrets: {names}{more}?"
