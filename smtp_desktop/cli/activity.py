"""smtp-desktop activity list|show|create|edit|duplicate|delete"""

from contextlib import closing
from dataclasses import replace
from typing import Any

import click

from smtp_desktop.cli.activity_documents import activity_document, activity_lines, activity_table, all_routed, routed
from smtp_desktop.cli.activity_options import activity_options, drafted_activity
from smtp_desktop.cli.json_option import json_option
from smtp_desktop.cli.program import Session
from smtp_desktop.cli.secrets import can_ask
from smtp_desktop.domain.delivery.activity import ActivityDraft, activity_draft_of


@click.group()
def activity() -> None:
    """Activities: named jobs whose mail goes out through an SMTP.

    Addresses, subject, text, HTML and attachments may hold {{ placeholders }}, which `smtp-desktop trigger` fills.
    """


@activity.command("list")
@json_option
@click.pass_obj
def list_all(session: Session) -> None:
    """Lists every activity by name."""
    with closing(session.open()) as program:
        shown = all_routed(program)
    session.output.result([activity_document(one) for one in shown], *activity_table(shown))


@activity.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Shows one activity, and which SMTP its mail would take now."""
    with closing(session.open()) as program:
        shown = routed(program, program.activities.by_name(name))
    session.output.result(activity_document(shown), *activity_lines(shown))


@activity.command()
@click.argument("name")
@activity_options
@json_option
@click.pass_obj
def create(session: Session, /, name: str, **options: Any) -> None:
    """Creates an activity."""
    with closing(session.open()) as program:
        draft = drafted_activity(program, ActivityDraft(name=name), options)
        shown = routed(program, program.activities.create(draft))
    session.output.result(activity_document(shown), f"Created {shown.activity.name}.")


@activity.command()
@click.argument("name")
@click.option("--name", "new_name", help="Rename it.")
@activity_options
@json_option
@click.pass_obj
def edit(session: Session, /, name: str, new_name: str | None, **options: Any) -> None:
    """Changes an activity: only what is given. Mails in the outbox stay as they are."""
    with closing(session.open()) as program:
        stored = program.activities.by_name(name)
        base = replace(activity_draft_of(stored), name=stored.name if new_name is None else new_name)
        shown = routed(program, program.activities.save(stored.id, drafted_activity(program, base, options)))
    session.output.result(activity_document(shown), f"Saved {shown.activity.name}.")


@activity.command()
@click.argument("name")
@json_option
@click.pass_obj
def duplicate(session: Session, name: str) -> None:
    """Copies an activity and prints the copy's name."""
    with closing(session.open()) as program:
        shown = routed(program, program.activities.duplicate(program.activities.by_name(name).id))
    session.output.result(activity_document(shown), shown.activity.name)


@activity.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def delete(session: Session, name: str, *, yes: bool) -> None:
    """Deletes an activity; its deliveries stay. This can't be undone."""
    with closing(session.open()) as program:
        stored = program.activities.by_name(name)
        _confirm_delete(stored.name, yes=yes)
        program.activities.delete(stored.id)
    session.output.result({"name": stored.name, "deleted": True}, f"Deleted {stored.name}.")


def _confirm_delete(name: str, *, yes: bool) -> None:
    if yes:
        return
    if not can_ask():
        raise click.UsageError("Deleting can't be undone. Say --yes to do it without being asked.")
    click.confirm(f"Delete {name}? Its deliveries stay. This can't be undone.", abort=True, err=True)
