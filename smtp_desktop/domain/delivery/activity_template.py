"""Placeholders in the mail of an activity, and their values (Jinja2, sandboxed).

Every name in a template is a placeholder, and each must be given. Values are texts, numbers, true and false, None
(which gives nothing), and lists and dicts of these, for loops; they are escaped in HTML. No value can add a header, a
recipient, or a line to either:

- Recipients are separated by commas, semicolons and line ends of the template, never of a value. One that is a lone
  `{{ placeholder }}` may be given as `Display Name <address>`, and a list gives several; in all others values
  can't hold < > , ; " ( ) and control characters. One that comes out empty is skipped.
- Line ends and control characters in the subject become one blank. `=?`, which begins an encoded word and so could
  hide them, gets a blank in between; an address that holds it is refused.
- Attachments are paths, one a line of the template; values have no line ends.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft
from smtp_desktop.domain.errors import FieldError, FieldErrors, MissingValues
from smtp_desktop.domain.mail.address import Address, BadAddress, parse_address
from smtp_desktop.domain.mail.plain_values import plain_value
from smtp_desktop.domain.mail.template_fields import ADDRESS_FIELDS, DIALECTS, SEPARATOR, BadTemplate
from smtp_desktop.domain.message_text import MessageText, msg

if TYPE_CHECKING:
    from smtp_desktop.domain.mail.filling import Filling

_CONTROLS = re.compile(r"\s*[\x00-\x1f\x7f-\x9f\u2028\u2029]+\s*")
_SPECIALS = re.compile(r'[()<>@,:;"\[\]\\]')
_QUOTED_NAME_LIMIT = 50
_SHOWN_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """A template with its values. `attachments` are paths of files as rendered; `shared_texts` long parts of `msg` and
    `html` that other values most likely leave the same."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[str, ...] = ()
    shared_texts: tuple[str, ...] = ()


def placeholders(templates: ActivityDraft | Activity) -> tuple[str, ...]:
    """Returns the names of all placeholders in the order of their first use. Raises FieldErrors where a template can't
    be read."""
    from smtp_desktop.domain.mail.sandbox import names_in  # noqa: PLC0415 - see there

    names: dict[str, None] = {}
    errors: list[FieldError] = []
    for field, dialect in DIALECTS.items():
        try:
            names |= dict.fromkeys(names_in(getattr(templates, field), dialect))
        except BadTemplate as bad:
            errors.append(FieldError(field=field, message=bad.message))
    if errors:
        raise FieldErrors(tuple(errors))
    return tuple(names)


def template_errors(draft: ActivityDraft) -> list[FieldError]:
    """Returns what keeps the templates from being read, in the order of the form."""
    from smtp_desktop.domain.mail.sandbox import compiled, names_in  # noqa: PLC0415 - see there

    errors: list[FieldError] = []
    for field, dialect in DIALECTS.items():
        source = getattr(draft, field)
        try:
            names_in(source, dialect)
            compiled(source, dialect)
        except BadTemplate as bad:
            errors.append(FieldError(field=field, message=bad.message))
    return errors


def literal_address_errors(draft: ActivityDraft) -> list[FieldError]:
    """Returns what is wrong with the recipients that have no placeholder, where the templates can be read."""
    from smtp_desktop.domain.mail.sandbox import literal_recipients  # noqa: PLC0415 - see there

    errors: list[FieldError] = []
    for field in ADDRESS_FIELDS:
        try:
            for words in literal_recipients(getattr(draft, field)):
                _one_address(words)
        except BadTemplate:
            continue
        except BadAddress:
            errors.append(FieldError(field=field, message=_not_an_address(words)))
    return errors


def render(templates: ActivityDraft | Activity, values: Mapping[str, object]) -> RenderedMessage:
    """Returns the mail with its values; values that no placeholder asks for are ignored. Raises MissingValues, which
    names all that are missing, else FieldErrors, which names every field that can't be filled in."""
    form = _form_of(templates)
    missing = tuple([name for name in form.names if name not in values])
    if missing:
        raise MissingValues(msg("Give a value for {names}.", names=", ".join(missing)), missing)
    return _Rendering(form, {name: plain_value(name, values[name]) for name in form.names}).result()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """The templates of an activity, ready to be filled in; those that are empty are left out."""

    names: tuple[str, ...]
    fillings: "Mapping[str, Filling]"
    has_subject: bool
    shared_texts: tuple[str, ...]


@lru_cache(maxsize=64)  # by its content: an activity that was changed is another one
def _form_of(templates: ActivityDraft | Activity) -> _Form:
    """Raises FieldErrors where a template can't be read."""
    from smtp_desktop.domain.mail.filling import filling_of  # noqa: PLC0415 - see there

    names = placeholders(templates)
    sources = {field: getattr(templates, field) for field in DIALECTS}
    fillings = {field: filling_of(source, DIALECTS[field]) for field, source in sources.items() if source}
    bodies = [fillings[field] for field in ("text", "html") if field in fillings]
    return _Form(
        names=names,
        fillings=fillings,
        has_subject=bool(templates.subject.strip()),
        shared_texts=tuple(passage for body in bodies for passage in body.shared_texts),
    )


class _Rendering:
    """Fills in one field after the other, and gathers what is wrong with any."""

    def __init__(self, form: _Form, values: Mapping[str, object]) -> None:
        self._form = form
        self._values = values
        self._errors: list[FieldError] = []

    def result(self) -> RenderedMessage:
        to, cc, bcc = self._recipients("to"), self._recipients("cc"), self._recipients("bcc")
        if not (to or cc or bcc or self._errors):
            self._refuse("to", msg("Nobody would get it: with these values there is no recipient."))
        mail = RenderedMessage(
            to=to,
            cc=cc,
            bcc=bcc,
            subject=self._subject(),
            text=_with_lf(self._filled("text")),
            html=_with_lf(self._filled("html")),
            attachments=self._paths(),
            shared_texts=self._form.shared_texts,
        )
        if self._errors:
            raise FieldErrors(tuple(self._errors))
        return mail

    def _filled(self, field: str) -> str:
        filling = self._form.fillings.get(field)
        if filling is None:
            return ""
        try:
            return filling.filled(self._values)
        except BadTemplate as bad:
            self._refuse(field, bad.message)
            return ""

    def _recipients(self, field: str) -> tuple[Address, ...]:
        if field not in self._form.fillings:
            return ()
        try:
            return _addresses(self._filled(field))
        except BadAddress as bad:
            self._refuse(field, _not_an_address(str(bad)))
            return ()

    def _paths(self) -> tuple[str, ...]:
        filled = self._filled("attachments")
        return tuple([path for line in filled.split("\n") if (path := line.strip())]) if filled else ()

    def _subject(self) -> str:
        # Apart, the two signs begin no encoded word (RFC 2047), which could hold line ends.
        subject = _without_controls(self._filled("subject")).strip().replace("=?", "= ?")
        if not subject and self._form.has_subject and not self._refused("subject"):
            self._refuse("subject", msg("The subject is empty with these values."))
        return subject

    def _refuse(self, field: str, message: MessageText) -> None:
        self._errors.append(FieldError(field=field, message=message))

    def _refused(self, field: str) -> bool:
        return any(error.field == field for error in self._errors)


def _without_controls(words: str) -> str:
    return words if words.isprintable() else _CONTROLS.sub(" ", words)


def _addresses(filled: str) -> tuple[Address, ...]:
    """Returns the recipients of a field. Raises BadAddress with the first that is none."""
    return tuple([_one_address(item) for part in filled.split(SEPARATOR) if (item := part.strip())])


def _one_address(typed: str) -> Address:
    try:
        address = parse_address(typed)
    except BadAddress as bad:
        raise BadAddress(typed) from bad
    name = address.display_name
    if not name:
        return address
    # A second address that was taken for a name would be lost without a word.
    if set(name) & {"<", ">"} or ("@" in name and set(name) & {",", ";"}):
        raise BadAddress(typed)
    # Python's `email` folds a name that fits no line, and loses its quotes there: a comma would part it in two.
    if len(name) > _QUOTED_NAME_LIMIT and _SPECIALS.search(name):
        raise BadAddress(typed)
    return address


def _not_an_address(typed: str) -> MessageText:
    shown = typed if len(typed) <= _SHOWN_LIMIT else typed[:_SHOWN_LIMIT] + "…"
    return msg(
        "“{typed}” is not one email address. Write name@company.example or Display Name <name@company.example>, with "
        "commas between them.",
        typed=shown,
    )


def _with_lf(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n") if "\r" in words else words
