"""smtp-desktop smtp list|show"""

from contextlib import closing
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.json_option import json_option
from smtp_desktop.cli.output import described, profile_document, profile_table
from smtp_desktop.cli.program import Program, Session
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.certificate import Certificate


@click.command("list")
@json_option
@click.pass_obj
def list_all(session: Session) -> None:
    """Lists every SMTP, the default first."""
    with closing(session.open()) as program:
        profiles = program.profiles.all()
        documents = [document_of(program, profile) for profile in profiles]
    session.output.result(documents, *profile_table(profiles))


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Shows one SMTP; its secrets stay where they are."""
    with closing(session.open()) as program:
        profile = program.profiles.by_name(name)
        ca = trusted_ca_of(program, profile)
    session.output.result(profile_document(profile, ca), *described(profile, ca))


def document_of(program: Program, profile: SmtpProfile) -> dict[str, object]:
    """Returns an SMTP by its fields' names, with what its own CA's certificate says."""
    return profile_document(profile, trusted_ca_of(program, profile))


def trusted_ca_of(program: Program, profile: SmtpProfile) -> "Certificate | None":
    """Returns what the certificate of the CA says that is trusted for it alone, if there is one that can be read."""
    server = profile.server
    if not isinstance(server, GenericServer) or not server.trusted_ca_pem:
        return None
    return program.authorities.certificate(server.trusted_ca_pem)
