"""smtp-desktop activity list|show|create|duplicate|delete"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from smtp_desktop.cli.activity.activity_output import (
    activity_document,
    activity_lines,
    activity_table,
    all_routed,
    routed,
)
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.options.activity import activity_changes, activity_options
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.names import activity_names
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft
from smtp_desktop.domain.errors import NoSuchActivity
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.services import Services


@click.command("list", epilog=examples("activity list", "activity list --json"))
@click.pass_obj
def list_all(session: Session) -> None:
    """List activities by name."""
    with session.open() as services:
        shown = all_routed(services)
    session.output.answer([activity_document(one) for one in shown], *activity_table(shown))
    if not shown:
        session.output.empty_list("No activities yet. To create one, run: smtp-desktop activity create NAME …")


@click.command(epilog=examples("activity show Nightly"))
@click.argument("name", shell_complete=activity_names)
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Show an activity, and the SMTP that its messages go through now."""
    with session.open() as services:
        shown = routed(services, services.activities.by_name(name))
    session.output.answer(activity_document(shown), *activity_lines(shown))


@click.command()
@click.argument("name")
@activity_options
@click.pass_obj
def create(session: Session, /, name: str, **options: Any) -> None:
    """Create an activity. `activity set` does so only where there is none yet.

    \b
    Example:
      smtp-desktop activity create Nightly --to ops@company.example --subject 'Report' --text 'All is well.'
    """
    with session.open() as services:
        draft = replace(ActivityDraft(name=name), **activity_changes(services, options))
        shown = routed(services, services.activities.create(draft))
    session.output.result({**activity_document(shown), "changed": True}, f"Created {shown.activity.name}.")


@click.command(epilog=examples("activity duplicate Nightly"))
@click.argument("name", shell_complete=activity_names)
@click.pass_obj
def duplicate(session: Session, name: str) -> None:
    """Copy an activity and print the new name."""
    with session.open() as services:
        shown = routed(services, services.activities.duplicate(services.activities.by_name(name).id))
    session.output.result({**activity_document(shown), "changed": True}, shown.activity.name)


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=activity_names)
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--if-exists", is_flag=True, help="Accept names of activities that don't exist.")
@click.pass_obj
def delete(session: Session, names: tuple[str, ...], *, yes: bool, if_exists: bool) -> None:
    """Delete activities. Their messages in the outbox stay. This can't be undone.

    \b
    Examples:
      smtp-desktop activity delete Nightly
      smtp-desktop activity delete Nightly Weekly --if-exists --yes
    """
    with session.open() as services:
        found, missing = _found(services, names, if_exists=if_exists)
        if found:
            _confirm_delete(found, yes=yes)
        if len(found) > 1:
            services.backups.before(BackupReason.DELETE)
        deleted = [activity.name for activity in found if _is_deleted(services, activity, if_exists=if_exists)]
    missing += [activity.name for activity in found if activity.name not in deleted]
    documents = [{"name": name, "deleted": True, "changed": True} for name in deleted]
    documents += [{"name": name, "deleted": False, "changed": False} for name in missing]
    lines = [*(f"Deleted {name}." for name in deleted), *(f"There is no activity named {name}." for name in missing)]
    session.output.result(documents, *lines)


def _is_deleted(services: Services, activity: Activity, *, if_exists: bool) -> bool:
    """Deletes the activity and returns whether it was there, which must be so unless it does not matter."""
    try:
        services.activities.delete(activity.id)
    except NoSuchActivity:
        if not if_exists:
            raise
        return False
    return True


def _found(services: Services, names: Sequence[str], *, if_exists: bool) -> tuple[list[Activity], list[str]]:
    """Returns the activities of these names, each once, and the names that there are none of. Raises NoSuchActivity,
    unless it does not matter whether one exists."""
    found: dict[str, Activity] = {}
    missing: list[str] = []
    for name in names:
        try:
            activity = services.activities.by_name(name)
        except NoSuchActivity:
            if not if_exists:
                raise
            missing.append(name)
        else:
            found[activity.id] = activity
    return list(found.values()), missing


def _confirm_delete(activities: Sequence[Activity], *, yes: bool) -> None:
    if yes:
        return
    if not can_ask():
        raise click.UsageError("Deleting can't be undone. Use --yes to confirm.")
    names = ", ".join(one.name for one in activities)
    question = f"Delete {names}? Messages in the outbox stay. This can't be undone."
    confirm(question, nothing=msg("Nothing was deleted."))
