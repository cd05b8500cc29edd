"""smtp-desktop smtp list|show"""

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.choice import Choice, choice_options, named
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.smtp.profile_output import profile_document, profile_lines, profile_table
from smtp_desktop.cli.smtp.stored import signed_in_for, trusted_ca
from smtp_desktop.domain.smtp.profile import ProfileType


@click.command("list")
@click.argument("patterns", nargs=-1, metavar="[NAME]...", shell_complete=smtp_names)
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="List SMTPs with this tag. Repeat it to require several."
)
@click.option("--type", "kind", type=click.Choice([one.value for one in ProfileType]), help="List SMTPs of this type.")
@click.option("--failing", is_flag=True, help="List SMTPs that failed their last test or check.")
@click.option("--held", is_flag=True, help="List SMTPs that are on hold or paused.")
@click.option("--names", "names_only", is_flag=True, help="Print the names alone, one a line.")
@click.pass_obj
def list_all(
    session: Session,
    patterns: tuple[str, ...],
    tags: tuple[str, ...],
    kind: str | None,
    *,
    failing: bool,
    held: bool,
    names_only: bool,
) -> None:
    """List SMTPs with their status: the default first, then by name (Site_2 before Site_10).

    The status is that of the last test or check, which this command does not repeat. Quote patterns to keep them from
    the shell.

    \b
    Examples:
      smtp-desktop smtp list
      smtp-desktop smtp list --failing
      smtp-desktop smtp list 'Plant*' --tag eu
      for name in $(smtp-desktop smtp list --names); do …; done
    """
    if names_only and session.output.as_json:
        raise click.UsageError("--names does not go with --json.")
    choice = Choice(tags=tags, failing=failing, held=held)
    with session.open() as services:
        everything = services.smtp_statuses()
        statuses = [
            status for status in everything if choice.fits(status) and kind in (None, status.profile.type.value)
        ]
        if patterns:
            chosen = {profile.id for profile in named([status.profile for status in statuses], patterns)}
            statuses = [status for status in statuses if status.profile.id in chosen]
        signed_in = signed_in_for(services, [status.profile for status in statuses])
        documents = (
            [
                profile_document(one, trusted_ca(services, one.profile), signed_in.get(one.profile.id))
                for one in statuses
            ]
            if session.output.as_json
            else []
        )
    names = [status.profile.name for status in statuses]
    session.output.answer(documents, *(names if names_only else profile_table(statuses)))
    if not everything:
        session.output.empty_list("No SMTPs yet. To create one, run: smtp-desktop smtp create NAME …")
    elif not statuses:
        session.output.empty_list("No SMTP matches.")


@click.command()
@choice_options("Show")
@click.pass_obj
def show(session: Session, choice: Choice) -> None:
    """Show the settings and the status of SMTPs. Secrets are never shown.

    \b
    Examples:
      smtp-desktop smtp show Reports
      smtp-desktop smtp show --failing
    """
    with session.open() as services:
        wanted = {profile.id: number for number, profile in enumerate(choice.read(services))}
        found = [status for status in services.smtp_statuses() if status.profile.id in wanted]
        found.sort(key=lambda status: wanted[status.profile.id])
        signed_in = signed_in_for(services, [status.profile for status in found])
        shown = [(one, trusted_ca(services, one.profile), signed_in.get(one.profile.id)) for one in found]
    documents = [profile_document(*each) for each in shown]
    lines = [line for each in shown for line in ("", *profile_lines(*each))]
    session.output.answer(documents[0] if choice.is_one else documents, *lines[1:])
