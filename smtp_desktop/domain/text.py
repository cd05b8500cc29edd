"""User-visible sentences that are made below the window, where Qt's translation is out of reach."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """An English sentence with named placeholders; the window translates `template` before it fills it.

    `str()` gives the English sentence, which is what the command line prints.
    """

    template: str
    values: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def text(template: str, **values: str | int) -> Text:
    """Returns the sentence `template`; each `{name}` in it is filled from `values`."""
    return Text(template, values)
