"""Advice: what a failure means and what to do about it. The rules are data (`resources/advice*.json`)."""

from dataclasses import dataclass

from smtp_desktop.domain.message_text import MessageText


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An explanation of a failure or a warning. `steps` are in the order in which to try them."""

    title: MessageText
    meaning: MessageText
    steps: tuple[MessageText, ...]
