"""What the templates of an activity make, field by field. Without Jinja, which the start must not pay."""

from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText

SEPARATOR = "\x1d"
"""Stands between the recipients of a rendered field. Values can't hold it."""


class Dialect(StrEnum):
    """What a template makes, and so what its values may do."""

    WORDS = "words"
    HTML = "html"  # values are escaped
    RECIPIENTS = "recipients"  # values can't end a recipient or begin another one
    PATHS = "paths"  # values can't end a line


ADDRESS_FIELDS = ("to", "cc", "bcc")
DIALECTS = {
    **dict.fromkeys(ADDRESS_FIELDS, Dialect.RECIPIENTS),
    "subject": Dialect.WORDS,
    "text": Dialect.WORDS,
    "html": Dialect.HTML,
    "attachments": Dialect.PATHS,
}
"""By field, in the order of the form."""


class BadTemplate(Exception):
    """The template can't be read, or not be rendered with these values."""

    def __init__(self, message: MessageText) -> None:
        super().__init__(str(message))
        self.message = message
