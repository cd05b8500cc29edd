"""smtp-desktop settings alerts"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.secret_sources import read_secret
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import field_lines
from smtp_desktop.domain.checks.alert import AlertChannel, AlertChoices
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoSuchProfile
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.alerts.alert_settings import AlertDraft
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.other import Alerts, AlertTest

_LABELS = {"alert_smtp": "--smtp", "alert_to": "--to", "alert_webhook": "--webhook-stdin"}
_Results = Mapping[AlertChannel, MessageText | None]
"""Why each way that was tried failed; None where it worked."""
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


@click.command(
    epilog=examples(
        "settings alerts",
        "settings alerts --smtp Ops --to ops@example.com --test",
        "settings alerts --webhook-env HOOK_URL",
    )
)
@click.option("--smtp", metavar="NAME", shell_complete=smtp_names, help="Send alerts by mail through this SMTP.")
@click.option("--to", metavar="ADDRESS", help="Send alerts to this address.")
@click.option("--no-mail", is_flag=True, help="Send no alerts by mail.")
@click.option("--webhook-stdin", is_flag=True, help="Read the URL of a webhook from standard input.")
@click.option("--webhook-env", metavar="VAR", help="Take the URL of a webhook from this environment variable.")
@click.option("--no-webhook", is_flag=True, help="Send no alerts to a webhook.")
@click.option("--test", "with_test", is_flag=True, help="Send a test alert.")
@click.pass_obj
def alerts(session: Session, /, *, with_test: bool, **options: Any) -> int:
    """Show or change where alerts go: by mail through another SMTP, and to a webhook.

    Alerts say that an SMTP has stopped working, or works again. A webhook gets JSON by POST over https (or over http on
    this computer). Its URL may contain a token, and is stored like a password.
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
        document = _document(services, choices, changed=choices != before, results=results)
    _print(session, document, results, shows=not given.changes and not with_test)
    return ExitCode.UNAVAILABLE if results and any(results.values()) else ExitCode.OK


def _draft(given: _Given, before: AlertChoices, services: Services) -> AlertDraft:
    if given.no_mail:
        return AlertDraft(smtp_id=None, mail_to="", webhook=given.webhook())
    smtp_id = services.profiles.by_name(given.smtp).id if given.smtp else before.smtp_id
    if given.to and not smtp_id:
        raise FieldErrors((FieldError(field="alert_smtp", message=msg("Name the SMTP that alerts go through.")),))
    return AlertDraft(smtp_id=smtp_id, mail_to=given.to or before.mail_to, webhook=given.webhook())


def _document(services: Services, choices: AlertChoices, *, changed: bool, results: _Results | None) -> Alerts:
    problems = services.alert_settings.problems()
    return {
        "smtp": _name(services, choices),
        "to": [choices.mail_to] if choices.mail_to else [],
        "webhook": choices.webhook_shown or None,
        "problems": {channel: problems.get(channel) for channel in AlertChannel},
        "changed": changed,
        "test": {channel: _test_document(problem) for channel, problem in results.items()} if results else None,
    }


def _name(services: Services, choices: AlertChoices) -> str | None:
    try:
        return services.profiles.get(choices.smtp_id).name if choices.smtp_id else None
    except NoSuchProfile:
        return None


def _test_document(problem: MessageText | None) -> AlertTest:
    """Returns whether a way that was tried worked, and why not."""
    return {"ok": problem is None, "problem": str(problem) if problem else None}


def _print(session: Session, document: Alerts, results: _Results | None, *, shows: bool) -> None:
    shown = {"smtp": document["smtp"], "to": ", ".join(document["to"]), "webhook": document["webhook"]}
    lines = field_lines({name: value or "off" for name, value in shown.items()})
    for channel, problem in (results or {}).items():
        lines.append(f"Test alert {_WORDS[channel]}: {problem or 'sent.'}")
    (session.output.answer if shows else session.output.result)(document, *lines)
    if results is None:
        session.output.notice(*(f"Warning: {words}" for words in document["problems"].values() if words))
