"""smtp-desktop activity set"""

from dataclasses import replace
from typing import Any

import click

from smtp_desktop.cli.activity.activity_output import activity_document, routed
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.declared.difference_output import difference_document
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.options.activity import activity_changes, activity_options
from smtp_desktop.cli.options.names import activity_names
from smtp_desktop.domain.declared.difference import difference_text
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, activity_draft_of


@click.command(
    "set",
    epilog=examples("activity set Nightly --smtp Reports --to ops@example.com --subject Report --text-file report.txt"),
)
@click.argument("name", shell_complete=activity_names)
@activity_options
@click.pass_obj
def set_activity(session: Session, /, name: str, **options: Any) -> None:
    """Create an activity, or change it to match the options.

    Fields without an option stay as they are. If everything matches already, nothing is changed and the command
    succeeds. With --json, `changed` and `diff` say what was done.

    \b
    Example:
      smtp-desktop activity set Nightly --to ops@company.example --subject Backup --text 'It is done.'
    """
    with session.open() as services:
        changes = activity_changes(services, options)

        def drafted(present: Activity | None) -> ActivityDraft:
            return replace(ActivityDraft(name=name) if present is None else activity_draft_of(present), **changes)

        ensured = services.ensurer.activity(name, drafted, named=changes)
        shown = routed(services, ensured.stored)
    session.output.result(
        {**difference_document(ensured.difference), "activity": activity_document(shown)},
        difference_text(ensured.difference),
    )
