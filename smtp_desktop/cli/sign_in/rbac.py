"""smtp-desktop smtp rbac"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.domain.sign_in.rbac import PowerShellScript, graph_script, mailbox_permission_script, smtp_script
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, SignIn, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.cli.context import Session
    from smtp_desktop.cli.contract.sign_in import Script


@click.command()
@click.argument("name", shell_complete=smtp_names)
@click.option(
    "--mailbox-permission",
    is_flag=True,
    help="Give the right to the mailbox itself, beside the permission SMTP.SendAsApp.",
)
@click.pass_obj
def rbac(session: Session, name: str, *, mailbox_permission: bool) -> None:
    """Print the PowerShell that lets an app-only SMTP send as its mailbox, and as no other.

    An administrator of Exchange Online runs it. The IDs that the SMTP knows are filled in.

    \b
    Examples:
      smtp-desktop smtp rbac Cloud > rbac.ps1
      smtp-desktop smtp rbac Cloud --json | jq -r .script
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
    script = _script(profile, mailbox_permission=mailbox_permission)
    document: Script = {
        "name": profile.name,
        "title": str(script.title),
        "script": script.text,
        "notes": [str(note) for note in script.notes],
    }
    comments = [f"# {words}" for words in (script.title, *script.notes)]
    session.output.answer(document, *comments, "", *script.lines)


def _script(profile: SmtpProfile, *, mailbox_permission: bool) -> PowerShellScript:
    server = profile.server
    mailbox = server.user_name
    if server.sign_in is not SignIn.APP_ONLY:
        raise click.UsageError(f"{profile.name} does not sign in as an app: its user's own rights count.")
    if not isinstance(server, GenericServer):
        if mailbox_permission:
            raise click.UsageError("--mailbox-permission is for SMTP servers. Leave it out for --type graph.")
        return graph_script(client_id=server.client_id, mailbox=mailbox)
    if server.oauth is None or server.oauth.provider is not OAuthProvider.MICROSOFT:
        raise click.UsageError(f"{profile.name} does not sign in at Microsoft.")
    if mailbox_permission:
        return mailbox_permission_script(
            client_id=server.oauth.client_id, mailbox=mailbox, from_address=profile.from_address
        )
    return smtp_script(client_id=server.oauth.client_id, mailbox=mailbox)
