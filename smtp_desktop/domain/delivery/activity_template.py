"""Templates of activities: their placeholders, and the mail that they give with values (Jinja2, sandboxed).

Every name in a template is a placeholder, and each needs a value, but where the template says what stands in for it
(`| default(…)`) or asks for it (`is defined`). Values are texts, numbers, true and false, None (which renders to
nothing), and lists and dicts of these, for loops; they render as people write them (`a, b`), and in HTML they are
escaped. No value can add a header, a recipient, or a line to either:

- Recipients are separated by commas, semicolons and line ends of the template, never by those of a value. The value of
  one that is nothing but a `{{ placeholder }}` may be `Display Name <address>`, or a list of several; in all others
  values can't hold < > , ; " ( ) and control characters. Recipients that turn out empty are skipped.
- Line ends and control characters in the subject become one blank. `=?`, which begins an encoded word that could hide
  them, gets a blank in between; an address that holds it is refused.
- Attachments are paths, one a line of the template, and so are headers; values can't hold line ends.
"""
# ruff: noqa: PLC0415 - the sandbox loads Jinja, which takes 50 ms: only when the first template is used

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft
from smtp_desktop.domain.delivery.extra_headers import BadHeaderLine, headers_in
from smtp_desktop.domain.errors import FieldError, FieldErrors, MissingValues
from smtp_desktop.domain.mail.address import Address, BadAddress, parse_address
from smtp_desktop.domain.mail.template import SEPARATOR, BadTemplate, Dialect, plain_value
from smtp_desktop.domain.message_text import MessageText, msg

if TYPE_CHECKING:
    from smtp_desktop.domain.mail.prepared_template import PreparedTemplate

_ADDRESS_FIELDS = ("to", "cc", "bcc", "reply_to")
# By field, in the order of the form.
_DIALECTS = {
    **dict.fromkeys(_ADDRESS_FIELDS, Dialect.RECIPIENTS),
    "subject": Dialect.TEXT,
    "text": Dialect.TEXT,
    "html": Dialect.HTML,
    "attachments": Dialect.PATHS,
    "headers": Dialect.PATHS,
}
_CONTROLS = re.compile(r"\s*[\x00-\x1f\x7f-\x9f\u2028\u2029]+\s*")
_SHOWN_LIMIT = 80
_SUBJECT_LIMIT = 998  # a line of a mail (RFC 5322 2.1.1): no reader shows more, and servers cut what is far longer


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """An activity's mail with its values. `attachments` are paths of files; `shared_texts` are long parts of `text` and
    `html` that are most likely the same with other values."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    shared_texts: tuple[str, ...] = ()


def placeholders(templates: ActivityDraft | Activity) -> tuple[str, ...]:
    """Returns the names of all placeholders in the order of their first use. Raises FieldErrors where a template can't
    be read."""
    from smtp_desktop.domain.mail.sandbox import placeholder_names

    names: dict[str, None] = {}
    errors: list[FieldError] = []
    for field, dialect in _DIALECTS.items():
        try:
            names |= dict.fromkeys(placeholder_names(getattr(templates, field), dialect))
        except BadTemplate as bad:
            errors.append(FieldError(field=field, message=bad.message))
    if errors:
        raise FieldErrors(tuple(errors))
    return tuple(names)


def required_placeholders(templates: ActivityDraft | Activity) -> tuple[str, ...]:
    """Returns the names of those placeholders that need a value, as `placeholders` does."""
    from smtp_desktop.domain.mail.sandbox import optional_names, placeholder_names

    found = placeholders(templates)
    required = {
        name
        for field, dialect in _DIALECTS.items()
        for name in placeholder_names(getattr(templates, field), dialect)
        if name not in optional_names(getattr(templates, field), dialect)
    }
    return tuple(name for name in found if name in required)


def template_errors(draft: ActivityDraft) -> list[FieldError]:
    """Returns the errors of the templates that can't be read, in the order of the form."""
    from smtp_desktop.domain.mail.sandbox import compile_template, placeholder_names

    errors: list[FieldError] = []
    for field, dialect in _DIALECTS.items():
        source = getattr(draft, field)
        try:
            placeholder_names(source, dialect)
            compile_template(source, dialect)
        except BadTemplate as bad:
            errors.append(FieldError(field=field, message=bad.message))
    return errors


def literal_address_errors(draft: ActivityDraft) -> list[FieldError]:
    """Returns the errors of recipients without placeholders; templates that can't be read are skipped."""
    from smtp_desktop.domain.mail.sandbox import literal_recipients

    errors: list[FieldError] = []
    for field in _ADDRESS_FIELDS:
        try:
            for recipient in literal_recipients(getattr(draft, field)):
                _one_address(recipient)
        except BadTemplate:
            continue
        except BadAddress:
            errors.append(FieldError(field=field, message=_not_an_address(recipient)))
    return errors


def render(templates: ActivityDraft | Activity, values: Mapping[str, object]) -> RenderedMessage:
    """Returns the mail with `values`; those that no placeholder asks for are ignored. Raises MissingValues, which names
    all that are missing, else FieldErrors, which names every field that can't be rendered."""
    activity = _prepared(templates)
    missing = tuple([name for name in activity.required if name not in values])
    if missing:
        raise MissingValues(msg("Enter a value for {names}.", names=", ".join(missing)), missing)
    given = {name: plain_value(name, values[name]) for name in activity.names if name in values}
    return _Renderer(activity, given).message()


@dataclass(frozen=True, slots=True, kw_only=True)
class _PreparedActivity:
    """The prepared templates of an activity by their fields, without empty ones, and the names of all placeholders and
    of those that need a value."""

    names: tuple[str, ...]
    required: tuple[str, ...]
    templates: "Mapping[str, PreparedTemplate]"
    has_subject: bool
    shared_texts: tuple[str, ...]


@lru_cache(maxsize=64)  # by content: a changed activity is another key
def _prepared(activity: ActivityDraft | Activity) -> _PreparedActivity:
    """Returns the prepared templates. Raises FieldErrors where one can't be read."""
    from smtp_desktop.domain.mail.prepared_template import prepare

    names = placeholders(activity)
    sources = {field: getattr(activity, field) for field in _DIALECTS}
    templates = {field: prepare(source, _DIALECTS[field]) for field, source in sources.items() if source}
    bodies = [templates[field] for field in ("text", "html") if field in templates]
    return _PreparedActivity(
        names=names,
        required=required_placeholders(activity),
        templates=templates,
        has_subject=bool(activity.subject.strip()),
        shared_texts=tuple(text for body in bodies for text in body.shared_texts),
    )


class _Renderer:
    """Renders one field after the other, and gathers the errors of all."""

    def __init__(self, activity: _PreparedActivity, values: Mapping[str, object]) -> None:
        self._activity = activity
        self._values = values
        self._errors: list[FieldError] = []

    def message(self) -> RenderedMessage:
        """Returns the rendered mail. Raises FieldErrors."""
        to, cc, bcc = self._recipients("to"), self._recipients("cc"), self._recipients("bcc")
        if not (to or cc or bcc or self._errors):
            self._refuse("to", msg("No recipients: with these values there is no one to send to."))
        mail = RenderedMessage(
            to=to,
            cc=cc,
            bcc=bcc,
            reply_to=self._recipients("reply_to"),
            subject=self._subject(),
            text=self._body("text"),
            html=self._body("html"),
            attachments=self._paths(),
            headers=self._headers(),
            shared_texts=self._activity.shared_texts,
        )
        if self._errors:
            raise FieldErrors(tuple(self._errors))
        return mail

    def _rendered(self, field: str) -> str:
        template = self._activity.templates.get(field)
        if template is None:
            return ""
        try:
            return template.render(self._values)
        except BadTemplate as bad:
            self._refuse(field, bad.message)
            return ""

    def _body(self, field: str) -> str:
        body = _with_lf(self._rendered(field))
        if "\0" in body:  # no mail may have one (RFC 5322 2.1.2), and servers cut what does
            self._refuse(field, msg("With these values it contains a NUL character, which is not allowed in messages."))
        return body

    def _recipients(self, field: str) -> tuple[Address, ...]:
        if field not in self._activity.templates:
            return ()
        try:
            return _addresses(self._rendered(field))
        except BadAddress as bad:
            self._refuse(field, _not_an_address(str(bad)))
            return ()

    def _paths(self) -> tuple[str, ...]:
        lines = self._rendered("attachments")
        return tuple([path for line in lines.split("\n") if (path := line.strip())]) if lines else ()

    def _headers(self) -> tuple[tuple[str, str], ...]:
        """Returns the header fields; one whose value is empty is left out."""
        try:
            found = [(name, _one_line(value)) for name, value in headers_in(self._rendered("headers"))]
        except BadHeaderLine as bad:
            self._refuse("headers", bad.message)
            return ()
        return tuple(one for one in found if one[1])

    def _subject(self) -> str:
        subject = _one_line(self._rendered("subject"))
        if len(subject) > _SUBJECT_LIMIT:
            self._refuse("subject", msg("The subject is longer than {limit} characters.", limit=_SUBJECT_LIMIT))
        if not subject and self._activity.has_subject and not self._refused("subject"):
            self._refuse("subject", msg("The subject is empty with these values."))
        return subject

    def _refuse(self, field: str, message: MessageText) -> None:
        self._errors.append(FieldError(field=field, message=message))

    def _refused(self, field: str) -> bool:
        return any(error.field == field for error in self._errors)


def _one_line(text: str) -> str:
    # Apart from each other, the two characters begin no encoded word (RFC 2047), which could hold line ends.
    return _without_controls(text).strip().replace("=?", "= ?")


def _without_controls(text: str) -> str:
    return text if text.isprintable() else _CONTROLS.sub(" ", text)


def _addresses(rendered: str) -> tuple[Address, ...]:
    """Returns the recipients of a rendered field. Raises BadAddress with the first that is no address."""
    return tuple([_one_address(item) for part in rendered.split(SEPARATOR) if (item := part.strip())])


def _one_address(typed: str) -> Address:
    try:
        address = parse_address(typed)
    except BadAddress as bad:
        raise BadAddress(typed) from bad
    name = address.display_name
    if not name:
        return address
    # A second address that is read as a name would be lost silently.
    if set(name) & {"<", ">"} or ("@" in name and set(name) & {",", ";"}):
        raise BadAddress(typed)
    return address


def _not_an_address(typed: str) -> MessageText:
    shown = typed if len(typed) <= _SHOWN_LIMIT else typed[:_SHOWN_LIMIT] + "…"
    return msg(
        "“{typed}” is not an email address. Write name@company.example or Display Name "
        "<name@company.example>, separated by commas.",
        typed=shown,
    )


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
