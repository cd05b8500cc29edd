"""An SMTP from a mail address: settings are looked up, shown with their sources, and checked before they are saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.cli.options.smtp import named_fields
from smtp_desktop.cli.output.output import table
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.discovery.filling import filled
from smtp_desktop.domain.discovery.found import Found, Option, looked_up_text
from smtp_desktop.domain.discovery.known import is_strange
from smtp_desktop.domain.discovery.proposal import Source, source_text
from smtp_desktop.domain.discovery.typed_address import typed_address, written
from smtp_desktop.domain.errors import Cancelled, Declined, FieldError, FieldErrors
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.pasted_server import PastedServer
from smtp_desktop.domain.smtp.profile import INTERACTIVE, GenericServer, ProfileId, ProfileType, SmtpProfile
from smtp_desktop.services.discovery.discovery import server_of
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import smtp as contract

Command = TypeVar("Command", bound=Callable[..., Any])

_LABELS = {
    "host_name": "Host",
    "smtp_port": "Port",
    "auth_required": "Sign in",
    "sign_in": "Sign-in",
    "user_name": "User name",
    "tls": "TLS",
}
_GIVEN = "its option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The draft that came of an address, with the look-up behind it: None where a server was given in its place. With
    `agreed`, the user has allowed the program to go beyond DNS."""

    draft: ProfileDraft
    found: Found | None = None
    agreed: bool = False

    @property
    def option(self) -> Option | None:
        return self.found.best if self.found else None


def from_address_options(command: Command) -> Command:
    """Adds the options of a look-up by an address."""
    for option in (
        click.option(
            "--check/--no-check",
            "checks",
            default=None,
            help="Check it before it is saved, up to the sign-in (default: with --from-address and --look-up).",
        ),
        click.option(
            "--look-up/--no-look-up",
            "look_up",
            default=None,
            help="For --from-address, also ask the domain's web server, and try the server that is found; or ask DNS "
            "alone (default: ask on a terminal, else DNS alone). Only the domain is sent.",
        ),
        click.option(
            "--from-address",
            "mail_address",
            metavar="ADDRESS",
            help="Look up host, port, TLS and sign-in for this address; it also is the sender. Other options win.",
        ),
    ):
        command = option(command)
    return command


def drafted_from_address(
    session: Session,
    services: Services,
    base: ProfileDraft,
    typed: str,
    *,
    look_up: bool | None,
    options: Mapping[str, Any],
) -> Drafted:
    """Returns `base` with what was found for the address `typed`, but for what `options` say. Prints it with its
    sources; asks on a terminal. Raises FieldErrors where nothing that can be used is found, ReadFailed where no server
    answers, Declined, Cancelled."""
    if options["type"] == ProfileType.GRAPH:
        raise click.UsageError("--from-address is for SMTP servers. Name a Microsoft 365 mailbox with --user.")
    meant = typed_address(typed)
    if meant is None:
        raise click.UsageError(f"--from-address: {typed!r} is not a mail address. Example: name@company.example.")
    if isinstance(meant, PastedServer):
        return Drafted(draft=_of_server(base, meant))
    found, agreed = _found(session, services, meant, look_up)
    names_host = options["host_name"] is not None
    best = found.best
    if best is None or (best.failure and not names_host):
        if not names_host:
            _refuse(session, services, found)
        return Drafted(draft=replace(base, from_address=written(meant), user_name=meant.spec), agreed=agreed)
    given = {name: options[name] for name in named_fields(options) if isinstance(options[name], str)}
    onto = replace(base, **{name: given[name] for name in ("host_name", "user_name", "from_address") if name in given})
    draft = replace(filled(best.proposal, meant, onto, before=base), name=base.name)
    if session.output.as_json:
        session.output.detail(*_lines(best, options))
    else:
        session.output.notice(*_lines(best, options), str(looked_up_text(found)))
    if not names_host:
        _confirm_strange(best, meant)
    return Drafted(draft=draft, found=found, agreed=agreed)


def check_before_saving(session: Session, services: Services, drafted: Drafted, *, checks: bool | None) -> None:
    """Checks the draft as far as the sign-in, where that is wished. Raises ReadFailed where it does not work."""
    draft = drafted.draft
    wished = checks if checks is not None else drafted.agreed and drafted.found is not None
    if not wished:
        return
    if draft.sign_in in INTERACTIVE and draft.auth_required:
        session.output.notice("Not checked: somebody has to sign in first.")
        return
    report = interruptible(
        lambda cancel: services.tester.check_draft(draft, profile_id=None, cancel=cancel, on_step=lambda _: None)
    )
    failure = report.timeline.failure
    if failure:
        session.output.diagnostic("The check failed. Nothing was saved; --no-check saves it anyway.")
        raise ReadFailed(failure, report.diagnosis)
    session.output.notice("Checked: the server answers and takes the sign-in." if draft.auth_required else "Checked.")


def proposal_document(drafted: Drafted, options: Mapping[str, Any]) -> contract.Proposal | None:
    """Returns what was looked up for `--json`, but for what `options` gave; None where nothing was."""
    option = drafted.option
    if option is None:
        return None
    return {
        "answered": None if option.timeline is None else option.answers,
        "sources": {
            field: _source_document(source)
            for field, source in option.proposal.sources.items()
            if options.get(field) is None
        },
        "notes": [str(note) for note in option.proposal.notes],
    }


def _source_document(source: Source) -> contract.ProposalSource:
    return {"origin": source.origin, "detail": source.detail or None}


def _of_server(base: ProfileDraft, pasted: PastedServer) -> ProfileDraft:
    if pasted.password:
        raise click.UsageError(
            "--from-address: a password must not be an argument. Take it out, and use --password-stdin."
        )
    return replace(
        base,
        host_name=pasted.host_name,
        smtp_port=pasted.smtp_port or base.smtp_port,
        tls=base.tls if pasted.tls is None else pasted.tls,
        user_name=pasted.user_name,
    )


def _found(session: Session, services: Services, address: Address, look_up: bool | None) -> tuple[Found, bool]:
    """Returns what was found, and whether the user has agreed to more than DNS."""
    if look_up is None and can_ask():
        found = _search(services, address, further=False)
        if found.asked_dns:
            session.output.notice(str(looked_up_text(found)))
            look_up = click.confirm(_question(found), default=True, err=True)
        if not look_up:
            return found, False
    further = bool(look_up)
    return _search(services, address, further=further), further


def _search(services: Services, address: Address, *, further: bool) -> Found:
    def search(cancel: Cancel) -> Found:
        found = services.discovery.search(address, further=further, cancel=cancel)
        if cancel.requested:
            raise Cancelled(msg("Canceled. Nothing was saved."))
        return found

    return interruptible(search)


def _question(found: Found) -> str:
    domain = found.address.domain
    if found.best:
        return f"Ask the web server of {domain} as well, and try the server? Only the domain is sent."
    return f"Ask the web server of {domain}? Only the domain is sent."


def _refuse(session: Session, services: Services, found: Found) -> None:
    best = found.best
    if best is None or best.failure is None:
        text = msg("{found} Name the server with --host.", found=str(looked_up_text(found)))
        raise FieldErrors((FieldError(field="host_name", message=text),))
    session.output.diagnostic("The server that was found does not answer. Nothing was saved; --host names another one.")
    server: GenericServer = server_of(best.proposal)
    profile = SmtpProfile(id=ProfileId(""), name="", server=server)
    raise ReadFailed(best.failure, services.adviser.diagnose(best.failure, profile))


def _confirm_strange(option: Option, address: Address) -> None:
    """Asks whether to use a server that only the domain's DNS or web server vouches for. RFC 6186 6 wants that."""
    if not is_strange(option.proposal, address):
        return
    host = option.proposal.host_name
    if not can_ask():
        text = msg(
            "{host} is outside {domain}, and only the domain names it. Use --host {host} if you know it.",
            host=host,
            domain=address.domain,
        )
        raise FieldErrors((FieldError(field="host_name", message=text),))
    if not click.confirm(f"{host} is outside {address.domain}. Use it?", default=False, err=True):
        raise Declined(msg("Nothing was saved."))


def _lines(option: Option, options: Mapping[str, Any]) -> list[str]:
    proposal = option.proposal
    values: dict[str, str | MessageText] = {
        "host_name": proposal.host_name,
        "smtp_port": str(proposal.smtp_port),
        "auth_required": "yes" if proposal.auth_required else "no",
        "sign_in": proposal.sign_in.value,
        "user_name": proposal.user_name or "(yours)",
        "tls": "STARTTLS" if proposal.mode is TlsMode.STARTTLS else "on connect",
    }
    rows = [
        {
            "SETTING": _LABELS[field],
            "VALUE": str(values[field] if options.get(field) is None else _shown(options[field])),
            "FROM": str(source_text(source)) if options.get(field) is None else _GIVEN,
        }
        for field, source in proposal.sources.items()
    ]
    return [*table(rows), *(str(note) for note in proposal.notes)]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
