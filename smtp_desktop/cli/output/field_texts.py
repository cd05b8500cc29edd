"""The errors of fields, for a terminal: each with the option in which the field was or can be given."""

from collections.abc import Mapping

from smtp_desktop.domain.errors import FieldError

_SECRET_OPTIONS = {"password": "--password", "client_secret": "--client-secret"}
# Texts that name fields of the window, by the template.
_IN_TERMINAL = {
    "Enter the user name, or turn off Auth Required.": "Enter the user name, or use --no-auth.",
    "Write the full name, for example {name}.company.example, or leave the field empty.": (
        "Write the full name, for example {name}.company.example, or leave the option out."
    ),
    "Create or import a certificate.": "Name its file, or make one with smtp create … --new-certificate FILE.",
}
_MISSING = {"Enter the password.": "No password.", "Enter the client secret's value.": "No client secret."}


def secret_hint(field: str) -> str:
    """Returns how to give a secret, the field's name being "password" or "client_secret"."""
    option = _SECRET_OPTIONS[field]
    options = f"{option}-stdin, {option}-env VAR, {option}-file FILE or {option}-command COMMAND"
    return f"Use {options}, or run this in a terminal."


def field_line(error: FieldError, *, labels: Mapping[str, str], typed_in: Mapping[str, str]) -> str:
    """Returns the line for a refused field. `labels` have the option of each field, and `typed_in` that in which it was
    given where there are several."""
    template = error.message.template
    text = _IN_TERMINAL.get(template, template).format(**error.message.values)
    if error.field in typed_in:
        return f"{typed_in[error.field]}: {text}"
    if error.field not in _SECRET_OPTIONS:
        return f"{labels.get(error.field, error.field)}: {text}"
    name = error.field.replace("_", " ").capitalize()
    return f"{_MISSING.get(template, f'{name}: {text}')} {secret_hint(error.field)}"
