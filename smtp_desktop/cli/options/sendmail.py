"""Options of sendmail, as programs that send mail call it: those that mean something here, and those that are taken
without effect."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])
_IGNORE_DOTS = "smtp_desktop.ignore_dots"
_WITHOUT_EFFECT = ("-A", "-B", "-L", "-N", "-R", "-V", "-X", "-e", "-p")  # each with a value
_FLAGS_WITHOUT_EFFECT = ("-v", "-n", "-m", "-U", "-G")


def sendmail_options(command: _Command) -> _Command:
    """Adds the options that have no effect, and those that say that a lone dot does not end the message."""
    decorators = [
        click.option(
            "-i",
            is_flag=True,
            expose_value=False,
            callback=lambda context, _, given: _ignore_dots(context, given=given),
            help="A line with nothing but a dot does not end the message (also -oi).",
        ),
        _hidden("-o", lambda context, value: _ignore_dots(context, given=value.strip() == "i")),
        _hidden("-O", lambda context, value: _ignore_dots(context, given=value.lower().startswith("ignoredots=t"))),
        _hidden("-b", _refuse_other_modes),
        *(_hidden(name, lambda *_: None) for name in _WITHOUT_EFFECT),
        *(_hidden_flag(name) for name in _FLAGS_WITHOUT_EFFECT),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def ignores_dots(context: click.Context) -> bool:
    """Whether the command was told that a lone dot does not end the message."""
    return bool(context.meta.get(_IGNORE_DOTS))


def until_dot(lines: Iterable[bytes]) -> bytes:
    """Returns `lines` up to one with nothing but a dot, as sendmail reads a message."""
    message = []
    for line in lines:
        if line.rstrip(b"\r\n") == b".":
            break
        message.append(line)
    return b"".join(message)


def _hidden(name: str, use: Callable[[click.Context, str], object]) -> Callable[[_Command], _Command]:
    def each(context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> None:
        for value in values:
            use(context, value)

    return click.option(name, _parameter(name), multiple=True, expose_value=False, hidden=True, callback=each)


def _hidden_flag(name: str) -> Callable[[_Command], _Command]:
    return click.option(name, _parameter(name), is_flag=True, expose_value=False, hidden=True)


def _parameter(option: str) -> str:
    """Returns the name of an option's parameter: click's own does not tell -b from -B."""
    letter = option[1]
    return f"upper_{letter.lower()}" if letter.isupper() else f"lower_{letter}"


def _ignore_dots(context: click.Context, *, given: bool) -> None:
    if given:
        context.meta[_IGNORE_DOTS] = True


def _refuse_other_modes(_context: click.Context, value: str) -> None:
    if value != "m":
        raise click.UsageError(f"-b{value} is a mode of sendmail that is not here: send reads one message (-bm).")
