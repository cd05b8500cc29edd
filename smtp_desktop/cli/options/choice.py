"""Which SMTPs a command is for: names, all, or those with a tag."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from smtp_desktop.domain.errors import NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.tags import has_tags
from smtp_desktop.services.services import Services

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The SMTPs that the user chose: by `names`, every one, or those that have all of the `tags`."""

    names: tuple[str, ...] = ()
    every: bool = False
    tags: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether the user named one SMTP: then what is printed as JSON is an object, else an array."""
        return len(self.names) == 1

    def read(self, services: Services) -> list[SmtpProfile]:
        """Returns the SMTPs, each once. All of them are read before anything is done, so that one wrong name stops the
        command. Raises UsageError for no choice or a contradicting one, NoSuchProfile, StoreError."""
        if [bool(self.names), self.every, bool(self.tags)].count(True) != 1:
            raise click.UsageError("Name the SMTPs, or say --all or --tag.")
        if self.names:
            found: Sequence[SmtpProfile] = [services.profiles.by_name(name) for name in self.names]
            return list({profile.id: profile for profile in found}.values())
        found = [profile for profile in services.profiles.all() if has_tags(profile.tags, self.tags)]
        if self.tags and not found:
            raise NoSuchProfile(msg("No SMTP has the tag {tag}.", tag=" ".join(self.tags)))
        return list(found)


def choice_options(verb: str, *, tag: str = "--tag") -> Callable[[Command], Command]:
    """Returns what adds NAME… and the options `--all` and `tag` to a command that does `verb` to SMTPs. The command
    gets them as `choice`, a Choice."""

    def add(command: Command) -> Command:
        @wraps(command)
        def with_choice(
            *arguments: Any, chosen_names: tuple[str, ...], every: bool, chosen_tags: tuple[str, ...], **options: Any
        ) -> Any:
            choice = Choice(names=chosen_names, every=every, tags=chosen_tags)
            return command(*arguments, choice=choice, **options)

        added: Any = with_choice
        for option in (
            click.option(
                tag,
                "chosen_tags",
                metavar="TAG",
                multiple=True,
                help=f"{verb} those with this tag; given again, with all of these.",
            ),
            click.option("--all", "every", is_flag=True, help=f"{verb} every SMTP."),
            click.argument("chosen_names", nargs=-1, metavar="[NAME]..."),
        ):
            added = option(added)
        result: Command = added
        return result

    return add
