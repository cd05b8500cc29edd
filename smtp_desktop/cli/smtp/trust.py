"""smtp-desktop smtp trust"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode, code_of_cause
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.trust import trust_meaning, with_trust
from smtp_desktop.cli.output.certificates import (
    certificate_documents,
    certificate_lines,
    trusted_ca_document,
    trusted_fingerprint_text,
)
from smtp_desktop.cli.output.conversation import (
    advice_document,
    advice_lines,
    failure_document,
    reply_document,
    reply_lines,
)
from smtp_desktop.cli.smtp.stored import trusted_ca
from smtp_desktop.domain.diagnosis.conversation import Failure, Timeline
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import common
    from smtp_desktop.cli.contract.smtp import Trust

_TRUSTED = {"trusted_ca_pem", "trusted_fingerprint"}


@click.command()
@click.argument("name", shell_complete=smtp_names)
@click.option(
    "--ca", "trust_ca", metavar="FILE", help="Accept certificates issued by the CA in this file (PEM or DER)."
)
@click.option(
    "--fingerprint",
    "trust_fingerprint",
    metavar="SHA256",
    help="Accept the certificate with this fingerprint and no other.",
)
@click.option("--clear", "no_trust", is_flag=True, help="Forget what is trusted for this SMTP.")
@click.option("--show", "shows", is_flag=True, help="Show the server's certificate and what is trusted (the default).")
@click.pass_obj
def trust(
    session: Session,
    name: str,
    trust_ca: str | None,
    trust_fingerprint: str | None,
    *,
    no_trust: bool,
    shows: bool,
) -> int:
    """Show the certificate of an SMTP's server, or trust one for this SMTP alone.

    Before you trust a fingerprint, compare it with the one that the server's administrator gives you.

    \b
    Examples:
      smtp-desktop smtp trust Relay --show
      smtp-desktop smtp trust Relay --ca company-ca.pem
      smtp-desktop smtp trust Relay --fingerprint AB:CD:…
    """
    options = {"trust_ca": trust_ca, "trust_fingerprint": trust_fingerprint, "no_trust": no_trust, "type": None}
    given = [trust_ca is not None, trust_fingerprint is not None, no_trust, shows].count(True)
    if given > 1:
        raise click.UsageError("Use only one of --ca, --fingerprint, --clear and --show.")
    with session.open() as services:
        profile = services.profiles.by_name(name)
        server = profile.server
        if not isinstance(server, GenericServer):
            raise click.UsageError(f"{profile.name} is a Microsoft 365 mailbox: only the system's CAs are trusted.")
        if shows or not given:
            return _show(session, services, profile, server)
        base = draft_of(profile)
        draft = with_trust(base, options, services.authorities.read)
        saved = services.profiles.save(profile.id, edit_of(profile, draft, named=_TRUSTED))
        changed, ca = saved.version != profile.version, trusted_ca(services, saved)
        session.output.notice(*trust_meaning(base, draft, ca))
        line = f"Saved {saved.name}." if changed else f"{saved.name} is unchanged: it was so already."
        session.output.result(_document(saved, ca, changed=changed), line)
    return ExitCode.OK


def _show(session: Session, services: Services, profile: SmtpProfile, server: GenericServer) -> int:
    timeline = interruptible(lambda cancel: services.finder.look(server, cancel=cancel))
    failure, chain = timeline.failure, _chain(timeline)
    diagnosis = services.adviser.diagnose(failure, profile) if failure else None
    ca = trusted_ca(services, profile)
    document = _document(profile, ca, chain=chain, failure=failure, diagnosis=diagnosis)
    session.output.answer(document, *_lines(profile.name, server, ca, timeline))
    if failure is None or diagnosis is None or chain:
        return ExitCode.OK
    session.output.notice(
        f"{profile.name}: {failure.message}", *reply_lines(failure, server.host_name), *advice_lines(diagnosis.advice)
    )
    return code_of_cause(diagnosis.cause)


def _chain(timeline: Timeline) -> tuple[Certificate, ...]:
    if timeline.security:
        return timeline.security.chain
    return timeline.failure.chain if timeline.failure else ()


def _lines(name: str, server: GenericServer, ca: Certificate | None, timeline: Timeline) -> list[str]:
    chain = _chain(timeline)
    lines = certificate_lines(chain)
    if server.trusted_fingerprint:
        lines.append(f"{name} trusts only the certificate with SHA-256 {spelled(server.trusted_fingerprint)}.")
    elif server.trusted_ca_pem:
        lines.append(f"{name} also trusts the CA {ca.subject if ca else 'that can not be read'}.")
    if not chain:
        return [*lines, f"{server.host_name} showed no certificate."]
    if timeline.failure and timeline.failure.chain:
        fingerprint = spelled(chain[0].fingerprint)
        return [
            *lines,
            f"Not trusted: {timeline.failure.message}",
            f"To trust it, run: smtp-desktop smtp trust {name} --fingerprint {fingerprint}",
        ]
    return [*lines, "Trusted."]


def _document(
    profile: SmtpProfile,
    ca: Certificate | None,
    *,
    changed: bool = False,
    chain: tuple[Certificate, ...] = (),
    failure: Failure | None = None,
    diagnosis: Diagnosis | None = None,
) -> Trust:
    server = profile.server if isinstance(profile.server, GenericServer) else None
    return {
        "name": profile.name,
        "changed": changed,
        "trusted_ca": trusted_ca_document(server, ca),
        "trusted_fingerprint": trusted_fingerprint_text(server),
        "is_trusted": (not (failure and failure.chain)) if chain else None,
        "certificates": certificate_documents(chain),
        "failure": _failure(failure, diagnosis) if failure else None,
    }


def _failure(failure: Failure, diagnosis: Diagnosis | None) -> common.Failure:
    return {
        **failure_document(failure),
        "cause": diagnosis.cause if diagnosis else None,
        "reply": reply_document(failure.reply),
        "advice": advice_document(diagnosis.advice) if diagnosis else None,
    }
