"""The choice of SMTPs for a command: names and patterns, all, or those with a tag, that fail, or that are on hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.domain.errors import NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.tags import has_tags
from smtp_desktop.services.services import Services
from smtp_desktop.services.smtp_status import SmtpStatus

Command = TypeVar("Command", bound=Callable[..., Any])

_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The SMTPs that the user chose: by `names` and patterns of names, every one, or those that have all of the `tags`,
    that are `failing`, or that are `held`, where what is given must hold together. `tag_option` is the option that
    `tags` came by."""

    names: tuple[str, ...] = ()
    every: bool = False
    tags: tuple[str, ...] = ()
    failing: bool = False
    held: bool = False
    tag_option: str = "--tag"

    @property
    def is_one(self) -> bool:
        """Whether the user named one SMTP."""
        return len(self.names) == 1 and not _WILD.intersection(self.names[0])

    @property
    def is_any(self) -> bool:
        """Whether the user chose at all."""
        return bool(self.names or self.every or self.tags or self.failing or self.held)

    def refuse_wrong(self) -> None:
        """Raises UsageError for no choice or a contradicting one."""
        filtered = bool(self.tags) or self.failing or self.held
        if [bool(self.names), self.every, filtered].count(True) != 1:
            raise click.UsageError(
                f"Name at least one SMTP, or use one of --all, {self.tag_option}, --failing and --held."
            )

    def read(self, services: Services) -> list[SmtpProfile]:
        """Returns the SMTPs, each once. All of them are read before anything is done, so that one wrong name stops the
        command. Raises UsageError as `refuse_wrong` does, NoSuchProfile, StoreError."""
        self.refuse_wrong()
        if self.names:
            return named(services.profiles.all(), self.names)
        if self.failing or self.held:
            statuses = services.smtp_statuses()
            self._refuse_unknown_tag([status.profile for status in statuses])
            return [status.profile for status in statuses if self.fits(status)]
        profiles = services.profiles.all()
        self._refuse_unknown_tag(profiles)
        return [profile for profile in profiles if has_tags(profile.tags, self.tags)]

    def read_present(self, services: Services) -> tuple[list[SmtpProfile], list[str]]:
        """Returns the SMTPs as `read` does, and the names and patterns without an SMTP, which are no error."""
        if not self.names:
            return self.read(services), []
        self.refuse_wrong()
        return named_or_missing(services.profiles.all(), self.names)

    def fits(self, status: SmtpStatus) -> bool:
        """Whether the SMTP has the tags, and fails or is held where that is asked for."""
        return (
            has_tags(status.profile.tags, self.tags)
            and (status.is_failing or not self.failing)
            and (status.is_stopped or not self.held)
        )

    def _refuse_unknown_tag(self, profiles: Sequence[SmtpProfile]) -> None:
        if self.tags and not any(has_tags(profile.tags, self.tags) for profile in profiles):
            raise NoSuchProfile(msg("No SMTP has the tag {tag}.", tag=" ".join(self.tags)))


def named(profiles: Sequence[SmtpProfile], names: Sequence[str]) -> list[SmtpProfile]:
    """Returns the SMTPs of these names, in the order of the names and each once. A name with *, ? or [ in it stands for
    all that match. Case is ignored. Raises NoSuchProfile for a name or pattern without an SMTP."""
    found, missing = named_or_missing(profiles, names)
    for name in missing:
        if _WILD.intersection(name):
            raise NoSuchProfile(msg("No SMTP matches {pattern}.", pattern=name))
        raise NoSuchProfile(msg("There is no SMTP named {name}.", name=name))
    return found


def named_or_missing(profiles: Sequence[SmtpProfile], names: Sequence[str]) -> tuple[list[SmtpProfile], list[str]]:
    """Returns the SMTPs of these names, as `named` does, and the names and patterns without an SMTP."""
    by_name = {profile.name.lower(): profile for profile in profiles}
    found: dict[str, SmtpProfile] = {}
    missing = []
    for name in names:
        matching = _matching(by_name, name.strip().lower())
        found |= {profile.id: profile for profile in matching}
        if not matching:
            missing.append(name)
    return list(found.values()), missing


def _matching(by_name: dict[str, SmtpProfile], wanted: str) -> list[SmtpProfile]:
    if not _WILD.intersection(wanted):
        return [by_name[wanted]] if wanted in by_name else []
    # Both are in lower case: `fnmatch` would ignore the case on Windows alone.
    return [profile for known, profile in by_name.items() if fnmatchcase(known, wanted)]


def choice_options(verb: str, *, tag: str = "--tag") -> Callable[[Command], Command]:
    """Returns what adds NAME… and the options `--all`, `tag`, `--failing` and `--held` to a command that does `verb` to
    SMTPs. The command gets them as `choice`, a Choice."""

    def add(command: Command) -> Command:
        @wraps(command)
        def with_choice(
            *arguments: Any,
            chosen_names: tuple[str, ...],
            every: bool,
            chosen_tags: tuple[str, ...],
            failing: bool,
            held: bool,
            **options: Any,
        ) -> Any:
            choice = Choice(
                names=chosen_names, every=every, tags=chosen_tags, failing=failing, held=held, tag_option=tag
            )
            return command(*arguments, choice=choice, **options)

        added: Any = with_choice
        for option in (
            click.option("--held", is_flag=True, help=f"{verb} SMTPs that are on hold or paused."),
            click.option("--failing", is_flag=True, help=f"{verb} SMTPs that failed their last test or check."),
            click.option(
                tag,
                "chosen_tags",
                metavar="TAG",
                multiple=True,
                help=f"{verb} SMTPs with this tag. Repeat it to require several tags.",
            ),
            click.option("--all", "every", is_flag=True, help=f"{verb} every SMTP."),
            click.argument("chosen_names", nargs=-1, metavar="[NAME]...", shell_complete=smtp_names),
        ):
            added = option(added)
        result: Command = added
        return result

    return add
