"""The options that choose messages of the outbox, and what comes of them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.names import activity_names, smtp_names
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.services.services import Services

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PAGE = 500
_AGO = re.compile(r"(\d{1,6})\s*(m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
STATES = tuple(state.value for state in DeliveryState)


def _moment(*, ends_day: bool) -> Callable[[click.Context, click.Parameter, str | None], datetime | None]:
    """Returns a callback that reads a moment as people write it: an age ("2h", "3d"), a day, or a day and a time.
    Without a zone it is local time. A day alone is its beginning, with `ends_day` its end."""

    def read(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> datetime | None:
        if typed is None:
            return None
        try:
            return _read_moment(typed.strip(), ends_day=ends_day).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise click.BadParameter(
                f"{typed!r} is not a time. Examples: 2h, 3d, 2026-11-29, 2026-11-29T14:30, 2026-11-29T14:30Z."
            ) from error

    return read


def _read_moment(typed: str, *, ends_day: bool) -> datetime:
    if ago := _AGO.fullmatch(typed):
        return datetime.now(UTC) - int(ago[1]) * _UNITS[ago[2].lower()]
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return datetime.fromisoformat(typed)
    return datetime.combine(day + timedelta(days=1) if ends_day else day, time())


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """The messages that the options choose, by the names that were typed."""

    states: frozenset[DeliveryState]
    smtp: str | None
    activity: str | None
    search: str
    since: datetime | None
    until: datetime | None

    @property
    def given(self) -> bool:
        """Whether any option was given."""
        return bool(self.states or self.smtp or self.activity or self.search or self.since or self.until)

    def read(self, services: Services, *, states: frozenset[DeliveryState] | None = None) -> DeliveryFilter:
        """Returns the filter, with `states` in place of the chosen ones. Raises NoSuchActivity; NoSuchProfile where
        neither an SMTP nor a message has that name."""
        wanted = DeliveryFilter(
            search=self.search,
            states=self.states if states is None else states,
            activity_id=services.activities.by_name(self.activity).id if self.activity is not None else None,
            smtp_name=self.smtp or "",
            since=self.since,
            until=self.until,
        )
        if self.smtp is not None and not services.outbox.count(DeliveryFilter(smtp_name=self.smtp)):
            services.profiles.by_name(self.smtp)
        return wanted


def filter_options(command: _Command) -> _Command:
    """Adds the options, and the argument `chosen` that they make."""

    @wraps(command)
    def with_filter(*arguments: Any, **options: Any) -> Any:
        chosen = MessageFilter(
            states=frozenset(DeliveryState(state) for state in options.pop("states")),
            smtp=options.pop("smtp"),
            activity=options.pop("activity"),
            search=options.pop("search"),
            since=options.pop("since"),
            until=options.pop("until"),
        )
        return command(*arguments, chosen=chosen, **options)

    again = "may be given several times"
    decorators = (
        click.option(
            "--state", "states", type=click.Choice(STATES), multiple=True, help=f"Only messages in this state; {again}."
        ),
        click.option(
            "--smtp",
            metavar="NAME",
            shell_complete=smtp_names,
            help="Only messages of this SMTP: sent through it, or waiting for it.",
        ),
        click.option(
            "--activity", metavar="NAME", shell_complete=activity_names, help="Only messages of this activity."
        ),
        click.option(
            "--search", metavar="TEXT", default="", help="Only messages with TEXT in subject, recipients or names."
        ),
        click.option(
            "--since",
            metavar="TIME",
            callback=_moment(ends_day=False),
            help="Only messages queued since then, such as 2h, 3d or 2026-11-29.",
        ),
        click.option(
            "--until",
            metavar="TIME",
            callback=_moment(ends_day=True),
            help="Only messages queued before then; a day counts whole.",
        ),
    )
    decorated: Any = with_filter
    for decorate in reversed(decorators):
        decorated = decorate(decorated)
    return decorated  # type: ignore[no-any-return]  # click's decorators return what they are given


def pages(
    services: Services, wanted: DeliveryFilter, *, before: DeliveryId | None = None, at_most: int = _PAGE
) -> Iterator[Sequence[Delivery]]:
    """Yields all messages that match, newest first, some at a time. Raises StoreError."""
    while page := services.outbox.page(wanted, before=before, limit=at_most):
        yield page
        before = page[-1].id
