"""smtp-desktop smtp replace-password"""

from collections.abc import Sequence
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode, code_of_cause, code_of_error
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.secret_sources import SecretSource, read_all, secret_source
from smtp_desktop.cli.options.secrets import ask, can_ask, with_open_vault
from smtp_desktop.cli.options.smtp import password_options
from smtp_desktop.cli.output.field_texts import secret_hint
from smtp_desktop.cli.output.output import error_document
from smtp_desktop.cli.smtp.check_results import report_document
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.selection import same_account as of_same_account
from smtp_desktop.services.password_replacement import Replaced, Replacement
from smtp_desktop.services.services import Services

_UNTOUCHED = "the old password is still set; the new one was not tried."


@click.command("replace-password")
@choice_options("Replace the password of")
@click.option("--same-account", is_flag=True, help="Also of all others that sign in at the same host as the same user.")
@password_options
@click.pass_obj
def replace_password(session: Session, /, choice: Choice, *, same_account: bool, **options: Any) -> int:
    """Give SMTPs that sign in at the same host as the same user a new password.

    The password is tried at one after the other before it is saved. If the first refuses it, nothing is changed. If a
    later one refuses it, the rest keep the old one. If a check fails for another reason, the new one is saved anyway.

    \b
    Examples:
      smtp-desktop smtp replace-password --tag office
      smtp-desktop smtp replace-password Reports --same-account
      pass show mail | smtp-desktop smtp replace-password Reports Scanner --password-stdin
    """
    choice.refuse_wrong()
    source = secret_source(SecretField.PASSWORD, options)
    ends: dict[ProfileId, Replaced] = {}
    with session.open() as services:
        profiles = choice.read(services)
        if not profiles:
            session.output.result([])
            return ExitCode.OK
        left = _of_same_account(services, profiles)
        if same_account:
            profiles, left = [*profiles, *left], []
        names = {profile.id: profile.name for profile in profiles}
        new = _new_password(source)

        def on_end(profile_id: ProfileId, ended: Replaced) -> None:
            ends[profile_id] = ended
            line = f"{names[profile_id]}: {ended.words}"
            if ended.outcome is Replacement.WORKS:
                session.output.live(line)
            else:
                session.output.diagnostic(line)

        with_open_vault(
            services,
            lambda: interruptible(
                lambda stop: services.password_replacement.run(
                    profiles, new, stop=stop, on_start=lambda _: None, on_end=on_end
                )
            ),
        )
    session.output.diagnostic(*(f"{one.name}: {_UNTOUCHED}" for one in profiles if one.id not in ends))
    if left and any(_is_changed(ends.get(profile.id)) for profile in profiles):
        others = ", ".join(profile.name for profile in left)
        session.output.notice(f"These sign in as the same user with the old password: {others}. See --same-account.")
    documents = [_document(profile.name, ends.get(profile.id)) for profile in profiles]
    if session.output.as_json:
        session.output.result(documents)
    return next((code for ended in ends.values() if (code := _code(ended))), ExitCode.OK)


def _new_password(source: SecretSource) -> Secret:
    password = read_all((source,)).get(SecretField.PASSWORD)
    if password:
        return password
    if not can_ask():
        raise click.UsageError(f"No password. {secret_hint('password')}")
    return ask(SecretField.PASSWORD)


def _of_same_account(services: Services, profiles: Sequence[SmtpProfile]) -> list[SmtpProfile]:
    """Returns the other SMTPs that sign in as the first one does."""
    chosen = {profile.id for profile in profiles}
    return [one for one in of_same_account(profiles[0], services.profiles.all()) if one.id not in chosen]


def _document(name: str, ended: Replaced | None) -> dict[str, object]:
    """Returns what came of one SMTP; `check` is null where no server was asked."""
    return {
        "name": name,
        "changed": _is_changed(ended),
        "outcome": ended.outcome.value if ended else "untouched",
        "check": report_document(ended.report) if ended and ended.report else None,
        "error": error_document(ended.error) if ended and ended.error else None,
    }


def _is_changed(ended: Replaced | None) -> bool:
    return ended is not None and ended.outcome in (Replacement.WORKS, Replacement.UNPROVEN)


def _code(ended: Replaced) -> int:
    if ended.error:
        return code_of_error(ended.error)
    diagnosis = ended.report.diagnosis if ended.report else None
    return code_of_cause(diagnosis.cause) if diagnosis else ExitCode.OK
