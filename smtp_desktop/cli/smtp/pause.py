"""smtp-desktop smtp pause and resume"""

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def pause(session: Session, name: str) -> None:
    """Lets no mail go through an SMTP until it is resumed. Mails wait, or go through their backup."""
    with session.open() as services:
        profile = services.profiles.by_name(name)
        services.outbox.pause(profile.id)
    session.output.result({"name": profile.name, "state": "paused"}, f"{profile.name} is paused.")


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def resume(session: Session, name: str) -> None:
    """Lets mails go through an SMTP again at once, whatever held it."""
    with session.open() as services:
        profile = services.profiles.by_name(name)
        changed = services.outbox.resume(profile.id)
    words = f"Mails go through {profile.name} again." if changed else f"Nothing held {profile.name}."
    session.output.result({"name": profile.name, "changed": changed}, words)
