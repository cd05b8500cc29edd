"""smtp-desktop activity edit"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import click

from smtp_desktop.cli.activity.activity_output import activity_document, routed
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.activity import activity_changes, activity_options
from smtp_desktop.cli.options.names import activity_names
from smtp_desktop.domain.delivery.activity import Activity, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import edit_of
from smtp_desktop.domain.delivery.recipient_list import recipients_in, typed_list

Command = TypeVar("Command", bound=Callable[..., Any])

_LISTS = ("to", "cc", "bcc")


def _recipient_options(command: Command) -> Command:
    """Adds options that add and remove single recipients."""
    for name in reversed(_LISTS):
        for verb, words in (("remove", "Remove this address from"), ("add", "Add this address to")):
            command = click.option(
                f"--{verb}-{name}",
                metavar="ADDRESS",
                multiple=True,
                help=f"{words} --{name}; may be given several times.",
            )(command)
    return command


@click.command()
@click.argument("name", shell_complete=activity_names)
@click.option("--name", "new_name", metavar="NEW", help="Rename it.")
@activity_options
@_recipient_options
@click.pass_obj
def edit(session: Session, /, name: str, new_name: str | None, **options: Any) -> None:
    """Change the given fields of an activity. Messages in the outbox stay as they are.

    \b
    Examples:
      smtp-desktop activity edit Nightly --add-cc boss@company.example
      smtp-desktop activity edit Nightly --cc '' --smtp Reports
    """
    with session.open() as services:
        stored = services.activities.by_name(name)
        changes = activity_changes(services, options) | _changed_lists(stored, options)
        changes |= {} if new_name is None else {"name": new_name}
        if not changes:
            raise click.UsageError("There is nothing to change: give at least one field.")
        edit = edit_of(stored, replace(activity_draft_of(stored), **changes), named=changes)
        change = services.activities.change(stored.id, edit)
        shown = routed(services, change.after)
    changed = change.before != change.after
    words = f"Saved {shown.activity.name}." if changed else f"{shown.activity.name}: unchanged."
    session.output.result({**activity_document(shown), "changed": changed}, words)


def _changed_lists(stored: Activity, options: Mapping[str, Any]) -> dict[str, str]:
    """Returns the lists to which recipients are added, or from which they are removed."""
    changed = {}
    for name in _LISTS:
        added, removed = options[f"add_{name}"], options[f"remove_{name}"]
        if not added and not removed:
            continue
        if options[name]:
            raise click.UsageError(
                f"--{name} sets all addresses: it does not go with --add-{name} and --remove-{name}."
            )
        changed[name] = typed_list(_list_of(recipients_in(getattr(stored, name)), added, removed))
    return changed


def _list_of(present: Sequence[str], added: Sequence[str], removed: Sequence[str]) -> list[str]:
    gone = {one.strip().lower() for one in removed}
    kept = [one for one in present if one.lower() not in gone]
    known = {one.lower() for one in kept}
    return [*kept, *(one for one in dict.fromkeys(map(str.strip, added)) if one.lower() not in known)]
