"""smtp-desktop activity list|show|create|edit|duplicate|delete"""

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
from smtp_desktop.cli.options.activity import activity_changes, activity_options
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.domain.delivery.activity import ActivityDraft, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import edit_of


@click.command("list")
@json_option
@click.pass_obj
def list_all(session: Session) -> None:
    """Lists every activity by name."""
    with session.open() as services:
        shown = all_routed(services)
    session.output.answer([activity_document(one) for one in shown], *activity_table(shown))


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Shows one activity, and which SMTP its mail would take now."""
    with session.open() as services:
        shown = routed(services, services.activities.by_name(name))
    session.output.answer(activity_document(shown), *activity_lines(shown))


@click.command()
@click.argument("name")
@activity_options
@json_option
@click.pass_obj
def create(session: Session, /, name: str, **options: Any) -> None:
    """Creates an activity."""
    with session.open() as services:
        draft = replace(ActivityDraft(name=name), **activity_changes(services, options))
        shown = routed(services, services.activities.create(draft))
    session.output.result(activity_document(shown), f"Created {shown.activity.name}.")


@click.command()
@click.argument("name")
@click.option("--name", "new_name", help="Rename it.")
@activity_options
@json_option
@click.pass_obj
def edit(session: Session, /, name: str, new_name: str | None, **options: Any) -> None:
    """Changes an activity: only what is given, whatever else others change. Mails in the outbox stay as they are."""
    with session.open() as services:
        stored = services.activities.by_name(name)
        changes = activity_changes(services, options) | ({} if new_name is None else {"name": new_name})
        edit = edit_of(stored, replace(activity_draft_of(stored), **changes), named=changes)
        shown = routed(services, services.activities.save(stored.id, edit))
    session.output.result(activity_document(shown), f"Saved {shown.activity.name}.")


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def duplicate(session: Session, name: str) -> None:
    """Copies an activity and prints the copy's name."""
    with session.open() as services:
        shown = routed(services, services.activities.duplicate(services.activities.by_name(name).id))
    session.output.result(activity_document(shown), shown.activity.name)


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def delete(session: Session, name: str, *, yes: bool) -> None:
    """Deletes an activity; its deliveries stay. This can't be undone."""
    with session.open() as services:
        stored = services.activities.by_name(name)
        _confirm_delete(stored.name, yes=yes)
        services.activities.delete(stored.id)
    session.output.result({"name": stored.name, "deleted": True}, f"Deleted {stored.name}.")


def _confirm_delete(name: str, *, yes: bool) -> None:
    if yes:
        return
    if not can_ask():
        raise click.UsageError("Deleting can't be undone. Say --yes to do it without being asked.")
    click.confirm(f"Delete {name}? Its deliveries stay. This can't be undone.", abort=True, err=True)
