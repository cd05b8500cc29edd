"""A stored SMTP as commands print it, and its vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.secrets import open_vault_of
from smtp_desktop.cli.smtp.profile_output import profile_document
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.smtp import SavedSmtp, Smtp
    from smtp_desktop.domain.sign_in.signed_in import SignedIn


def saved_document(services: Services, profile: SmtpProfile, *, changed: bool) -> SavedSmtp:
    """Returns an SMTP for `--json`, as it is after a command."""
    return {**documents_of(services, [profile])[profile.name], "changed": changed}


def documents_of(services: Services, profiles: Sequence[SmtpProfile]) -> dict[str, Smtp]:
    """Returns SMTPs for `--json`, by their names."""
    signed_in = signed_in_for(services, profiles)
    return {
        status.profile.name: profile_document(
            status, trusted_ca(services, status.profile), signed_in.get(status.profile.id)
        )
        for status in services.statuses_of(profiles)
    }


def signed_in_for(services: Services, profiles: Sequence[SmtpProfile]) -> Mapping[ProfileId, SignedIn]:
    """Returns who signed in for which SMTP. Raises StoreError."""
    return services.sign_ins.states() if any(one.needs_token for one in profiles) else {}


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
