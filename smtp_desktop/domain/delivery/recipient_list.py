"""The recipients of an activity, one by one. The templates themselves are texts, as they are typed."""
# ruff: noqa: PLC0415 - the sandbox loads Jinja, which takes 50 ms: only for recipients with placeholders or quotes

import re

from smtp_desktop.domain.mail.template import BadTemplate

_PLAIN = re.compile(r'[^{"\\]*')
_SEPARATOR = re.compile(r"[,;\r\n]")


def recipients_in(typed: str) -> list[str]:
    """Returns the recipients that a template of recipients names, each as typed. One that can't be read is returned
    whole."""
    if _PLAIN.fullmatch(typed):
        return _without_empty(_SEPARATOR.split(typed))
    from smtp_desktop.domain.mail.sandbox import typed_recipients

    try:
        return _without_empty(typed_recipients(typed))
    except BadTemplate:
        return _without_empty([typed])


def typed_list(recipients: list[str]) -> str:
    """Returns recipients as a form shows them: `recipients_in` gives them back."""
    typed = ", ".join(recipients)
    # A quote that is never closed would join what follows; it ends with its line.
    return typed if recipients_in(typed) == recipients else "\n".join(recipients)


def _without_empty(recipients: list[str]) -> list[str]:
    return [text for recipient in recipients if (text := recipient.strip())]
