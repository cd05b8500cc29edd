"""A stored SMTP as commands print it, and its vault."""

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.secrets import open_vault_of
from smtp_desktop.cli.smtp.profile_output import profile_document
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.services.services import Services
from smtp_desktop.services.smtp_status import SmtpStatus


def document_of(services: Services, profile: SmtpProfile) -> dict[str, object]:
    """Returns an SMTP for `--json`, with its status."""
    return profile_document(status_of(services, profile), trusted_ca(services, profile))


def status_of(services: Services, profile: SmtpProfile) -> SmtpStatus:
    """Returns the status of one SMTP. Raises StoreError."""
    return services.statuses_of([profile])[0]


def trusted_ca(services: Services, profile: SmtpProfile) -> Certificate | None:
    """Returns the certificate of the CA that is trusted for this SMTP alone, if there is one that can be read."""
    server = profile.server
    if not isinstance(server, GenericServer) or not server.trusted_ca_pem:
        return None
    return services.authorities.certificate(server.trusted_ca_pem)


def open_vault_to_erase(session: Session, services: Services, profile: SmtpProfile) -> None:
    """Opens the vault of the SMTP's secrets: otherwise they would outlive it. One that can't be opened must not prevent
    what is done, though, and is said."""
    problem = open_vault_of(services, profile)
    if problem:
        session.output.diagnostic(f"Warning: {problem}")
