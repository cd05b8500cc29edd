"""The options for what one SMTP trusts besides what the system trusts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from smtp_desktop.cli.output.certificates import certificate_lines
from smtp_desktop.domain.errors import NoInput
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import Authority, Certificate, plain_fingerprint, spelled
from smtp_desktop.domain.smtp.draft import ProfileDraft, trusting
from smtp_desktop.domain.smtp.kept_secrets import kept_fingerprint
from smtp_desktop.domain.smtp.profile import ProfileType

Command = TypeVar("Command", bound=Callable[..., Any])


def trust_options(command: Command) -> Command:
    """Adds the options for what the SMTP trusts."""
    options = (
        click.option("--trust-ca", metavar="FILE", help="Accept certificates of the CA in this file (PEM or DER)."),
        click.option(
            "--trust-fingerprint",
            metavar="SHA256",
            help="Accept the certificate with this fingerprint and no other.",
        ),
        click.option("--no-trust", is_flag=True, help="Forget any certificate trusted for this SMTP."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def with_trust(base: ProfileDraft, options: Mapping[str, Any], read_ca: Callable[[Path], Authority]) -> ProfileDraft:
    """Returns `base` changed by the options; `read_ca` reads the file of a CA. Raises UsageError if they contradict
    each other, FieldErrors for a file without a CA."""
    ca, fingerprint, nothing = options["trust_ca"], options["trust_fingerprint"], options["no_trust"]
    given = {"--trust-ca": ca is not None, "--trust-fingerprint": fingerprint is not None, "--no-trust": nothing}
    names = [name for name, is_given in given.items() if is_given]
    if not names:
        return base
    if len(names) > 1:
        raise click.UsageError(f"Use only one of {names[0]} and {names[1]}.")
    if (options["type"] or base.type) != ProfileType.GENERIC:
        raise click.UsageError(f"{names[0]} has no effect with --type graph. Leave it out.")
    if not nothing and not (base.tls if options.get("tls") is None else options["tls"]):
        raise click.UsageError(f"{names[0]} has no effect without TLS. Use --tls, or leave it out.")
    if ca is not None and not Path(ca).exists():
        raise NoInput(msg("{path} does not exist. Nothing was saved.", path=ca))
    if ca is not None:
        return trusting(base, read_ca(Path(ca)))
    if fingerprint is not None and not plain_fingerprint(fingerprint):
        raise click.UsageError("Enter a SHA-256 fingerprint. To forget the present one, use --no-trust.")
    return replace(trusting(base, None), trusted_fingerprint=plain_fingerprint(fingerprint or ""))


def named_trust(options: Mapping[str, Any]) -> set[str]:
    """Returns the fields that the options set."""
    given = options["trust_ca"] is not None or options["trust_fingerprint"] is not None or options["no_trust"]
    return {"trusted_ca_pem", "trusted_fingerprint"} if given else set()


def trust_meaning(before: ProfileDraft, saved: ProfileDraft, ca: Certificate | None) -> list[str]:
    """Returns what the user should know of trust that was added or lost. `ca` is the trusted CA's certificate."""
    if saved.trusted_fingerprint and not kept_fingerprint(saved):
        host = saved.fingerprint_host
        return [f"The trusted certificate belongs to {host}. It is not trusted for {saved.host_name}."]
    if saved.trusted_ca_pem and saved.trusted_ca_pem != before.trusted_ca_pem and ca:
        return [
            "For this SMTP alone, any certificate of this CA is accepted if its names and dates are valid:",
            *certificate_lines((ca,)),
        ]
    if saved.trusted_fingerprint and saved.trusted_fingerprint != before.trusted_fingerprint:
        return [
            "For this SMTP alone, only the certificate with this fingerprint is accepted, whatever its names and "
            "dates. Any other, even a renewed one, stops sending with an alarm. "
            "Compare the fingerprint with the one that the server's administrator gives you:",
            f"  SHA-256 {spelled(saved.trusted_fingerprint)}",
        ]
    return []
