"""smtp-desktop smtp pause|resume"""

from collections.abc import Callable

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.output.holds import hold_document, hold_line
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.services import Services


@click.command(epilog=examples("smtp pause Reports", "smtp pause --tag prod"))
@choice_options("Pause")
@click.pass_obj
def pause(session: Session, choice: Choice) -> None:
    """Stop sending through SMTPs until they are resumed. Their messages wait, or go through their backup."""

    def act(services: Services, profile: SmtpProfile, hold: SmtpHold | None) -> bool:
        if hold and hold.by_hand:
            return False
        services.outbox.pause(profile.id)
        return True

    _change(session, choice, act)


@click.command(epilog=examples("smtp resume Reports", "smtp resume --held"))
@choice_options("Resume")
@click.pass_obj
def resume(session: Session, choice: Choice) -> None:
    """Resume sending through SMTPs that are paused or on hold."""

    def act(services: Services, profile: SmtpProfile, hold: SmtpHold | None) -> bool:
        return hold is not None and services.outbox.resume(profile.id)

    _change(session, choice, act)


_Act = Callable[[Services, SmtpProfile, SmtpHold | None], bool]
"""Changes the hold on an SMTP; returns whether anything is different now."""


def _change(session: Session, choice: Choice, act: _Act) -> None:
    with session.open() as services:
        profiles = choice.read(services)
        before = services.read_holds()
        changed = {profile.id: act(services, profile, before.get(profile.id)) for profile in profiles}
        after = services.read_holds()
    documents = [
        {"name": one.name, "changed": changed[one.id], "hold": hold_document(after.get(one.id))} for one in profiles
    ]
    session.output.result(documents, *(_line(one, after.get(one.id), changed=changed[one.id]) for one in profiles))


def _line(profile: SmtpProfile, hold: SmtpHold | None, *, changed: bool) -> str:
    if hold:
        return hold_line(hold, profile) if changed else f"{profile.name} is already paused."
    return f"Resumed {profile.name}." if changed else f"{profile.name} is not on hold."
