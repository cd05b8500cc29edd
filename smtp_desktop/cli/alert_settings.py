"""smtp-desktop settings alerts"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secret_sources import read_secret
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import field_lines
from smtp_desktop.domain.checks.alert import AlertChannel, AlertChoices
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoSuchProfile
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.alerts.alert_settings import AlertDraft
from smtp_desktop.services.services import Services

_LABELS = {"alert_smtp": "--smtp", "alert_to": "--to", "alert_webhook": "--webhook-stdin"}
_WORDS = {AlertChannel.MAIL: "by mail", AlertChannel.WEBHOOK: "to the webhook"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the options say; None or False where they say nothing."""

    smtp: str | None
    to: str | None
    no_mail: bool
    webhook_stdin: bool
    webhook_env: str | None
    no_webhook: bool

    @property
    def changes(self) -> bool:
        return self != _NOTHING

    def refuse_contradictions(self) -> None:
        """Raises UsageError."""
        if self.no_mail and (self.smtp or self.to):
            raise click.UsageError("Use --no-mail, or --smtp with --to, not both.")
        if self.webhook_stdin + (self.webhook_env is not None) + self.no_webhook > 1:
            raise click.UsageError("Give one of --webhook-stdin, --webhook-env and --no-webhook.")

    def webhook(self) -> Secret | None:
        """Returns the URL, "" for none, None where it stays."""
        if self.no_webhook:
            return Secret("")
        return read_secret("alert_webhook", stdin=self.webhook_stdin, variable=self.webhook_env)


_NOTHING = _Given(smtp=None, to=None, no_mail=False, webhook_stdin=False, webhook_env=None, no_webhook=False)


@click.command()
@click.option("--smtp", metavar="NAME", help="Send alerts by mail through this SMTP.")
@click.option("--to", metavar="ADDRESS", help="Send them to this address.")
@click.option("--no-mail", is_flag=True, help="Send none by mail.")
@click.option("--webhook-stdin", is_flag=True, help="Read the URL of a webhook from standard input.")
@click.option("--webhook-env", metavar="VAR", help="Take the URL of a webhook from this variable of the environment.")
@click.option("--no-webhook", is_flag=True, help="Send none to a webhook.")
@click.option("--test", "with_test", is_flag=True, help="Send a test alert to where alerts go.")
@json_option
@click.pass_obj
def alerts(session: Session, /, *, with_test: bool, **options: Any) -> int:
    """Shows or sets where alerts go when an SMTP stops working or works again: by mail through another SMTP, and to a
    webhook, which gets JSON by POST over https (or http to this computer).

    The URL of a webhook may hold a token, and is kept like a password. With --test it ends with 69 where one could not
    be sent.
    """
    given = _Given(**options)
    given.refuse_contradictions()
    session.output.field_labels = _LABELS
    with session.open() as services:
        settings = services.alert_settings
        before = settings.read()
        draft = _draft(given, before, services)
        choices = with_open_vault(services, lambda: settings.save(draft)) if given.changes else before
        results = None
        if with_test:
            stored = AlertDraft(smtp_id=choices.smtp_id, mail_to=choices.mail_to, webhook=None)
            results = with_open_vault(
                services, lambda: interruptible(lambda cancel: settings.send_test(stored, cancel=cancel))
            )
        document = _document(services, choices) | {"changed": choices != before, "test": _results(results)}
    _print(session, document, results, shows=not given.changes and not with_test)
    return ExitCode.UNAVAILABLE if results and any(results.values()) else ExitCode.OK


def _draft(given: _Given, before: AlertChoices, services: Services) -> AlertDraft:
    if given.no_mail:
        return AlertDraft(smtp_id=None, mail_to="", webhook=given.webhook())
    smtp_id = services.profiles.by_name(given.smtp).id if given.smtp else before.smtp_id
    if given.to and not smtp_id:
        raise FieldErrors((FieldError(field="alert_smtp", message=msg("Name the SMTP that alerts go through.")),))
    return AlertDraft(smtp_id=smtp_id, mail_to=given.to or before.mail_to, webhook=given.webhook())


def _document(services: Services, choices: AlertChoices) -> dict[str, object]:
    problems = services.alert_settings.problems()
    return {
        "smtp": _name(services, choices),
        "to": choices.mail_to or None,
        "webhook": choices.webhook_shown or None,
        "problems": {channel.value: problems.get(channel) for channel in AlertChannel},
    }


def _name(services: Services, choices: AlertChoices) -> str | None:
    try:
        return services.profiles.get(choices.smtp_id).name if choices.smtp_id else None
    except NoSuchProfile:
        return None


def _results(results: Mapping[AlertChannel, MessageText | None] | None) -> dict[str, object] | None:
    """Returns of each way that was tried whether it worked, and why not."""
    if results is None:
        return None
    return {
        channel.value: {"ok": problem is None, "problem": str(problem) if problem else None}
        for channel, problem in results.items()
    }


def _print(
    session: Session,
    document: dict[str, object],
    results: Mapping[AlertChannel, MessageText | None] | None,
    *,
    shows: bool,
) -> None:
    lines = field_lines({key: document[key] or "off" for key in ("smtp", "to", "webhook")})
    for channel, problem in (results or {}).items():
        lines.append(f"Test alert {_WORDS[channel]}: {problem or 'sent.'}")
    (session.output.answer if shows else session.output.result)(document, *lines)
    problems = document["problems"]
    if isinstance(problems, dict) and results is None:
        session.output.diagnostic(*(f"Warning: {words}" for words in problems.values() if words))
