"""smtp-desktop smtp sign-in|sign-out"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.numbers import whole_number
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import counted
from smtp_desktop.cli.output.times import local_text, utc_text
from smtp_desktop.cli.sign_in.browser import answer_port, has_browser, open_in_browser
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.errors import Cancelled, SmtpDesktopError, TimedOut
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.sign_in.errors import NoAccessToken, OtherAccount
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import INTERACTIVE, GenericServer, SecretField, SignIn, SmtpProfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_desktop.cli.context import Session
    from smtp_desktop.cli.contract.sign_in import SignedIn as SignedInDocument
    from smtp_desktop.cli.output.output import Output
    from smtp_desktop.domain.cancel import Cancel
    from smtp_desktop.domain.sign_in.signed_in import SignedIn
    from smtp_desktop.domain.sign_in.tokens import DeviceCode
    from smtp_desktop.services.services import Services


@click.command(
    "sign-in",
    epilog="""\b
Examples:
  smtp-desktop smtp sign-in Shop                  open the browser
  smtp-desktop smtp sign-in Shop --print-url      print the address instead
  smtp-desktop smtp sign-in Shop --device         print a code to enter on another device

\b
Without a display:
  The address works in a browser on this computer, or in one that reaches its port, as through
  ssh -L PORT:127.0.0.1:PORT. A code can be entered anywhere; Google has none for mail.
""",
)
@click.argument("name", shell_complete=smtp_names)
@click.option("--print-url", is_flag=True, help="Print the address instead of opening a browser.")
@click.option("--device", is_flag=True, help="Sign in by a code that is entered on another device.")
@click.option(
    "--keep-other-account",
    is_flag=True,
    help="Accept another account than the user name, such as one that may send for a shared mailbox.",
)
@click.option(
    "--timeout", "timeout_s", metavar="SECONDS", type=whole_number(1, 3600), help="Give up after so many seconds."
)
@click.pass_obj
def sign_in(
    session: Session, name: str, *, print_url: bool, device: bool, keep_other_account: bool, timeout_s: int | None
) -> None:
    """Sign in for an SMTP that was created with --sign-in browser or device.

    Opens the browser as the variable BROWSER says, and waits until somebody has signed in there. The tokens are kept
    where passwords are, and renewed automatically. With --json, the address and the code are on standard error.
    """
    if print_url and device:
        raise click.UsageError("--device prints a code, not an address. Use one of --print-url and --device.")
    session.output.only_shows = False
    with session.open() as services:
        profile = services.profiles.by_name(name)
        if not profile.needs_token or profile.server.sign_in not in INTERACTIVE:
            raise NobodySignsIn(profile.name)
        by_device = device or profile.server.sign_in is SignIn.DEVICE
        if by_device and _is_google(profile):
            raise click.UsageError(
                "Google offers no codes for mail. Leave --device out: a browser has to reach this computer."
            )
        if print_url and by_device:
            raise click.UsageError(f"{profile.name} signs in by a code: there is no address to print before that.")
        way = _Way(session.output, profile, opens=not print_url and has_browser())

        def work(cancel: Cancel) -> SignedIn:
            return services.sign_ins.sign_in(
                profile.id,
                by_device=by_device,
                keep_other_account=keep_other_account,
                cancel=cancel,
                on_address=way.show_address,
                on_code=way.show_code,
            )

        # The vault is opened before anybody signs in.
        state = with_open_vault(services, lambda: _within(timeout_s, work, services, profile))
    account = state.account or "an account that the server did not name"
    session.output.result(_document(profile, state), f"Signed in for {profile.name} as {account}.{_until(state)}")


@click.command("sign-out")
@click.argument("name", shell_complete=smtp_names)
@click.pass_obj
def sign_out(session: Session, name: str) -> None:
    """Erase the tokens of an SMTP. Nothing goes out through it until somebody signs in again.

    \b
    Example:
      smtp-desktop smtp sign-out Shop
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        changed = SecretField.TOKENS in profile.secret_refs
        if changed:
            with_open_vault(services, partial(services.sign_ins.sign_out, profile.id))
    words = f"Signed out of {profile.name}." if changed else f"Nobody was signed in for {profile.name}."
    session.output.result({"name": profile.name, "changed": changed}, words)


class NobodySignsIn(SmtpDesktopError):
    """The SMTP needs no person to sign in."""

    def __init__(self, name: str) -> None:
        words = "{name} does not sign in by browser or code. To change that, use smtp edit {name} --sign-in browser."
        super().__init__(msg(words, name=name))


class AccountDiffers(OtherAccount):
    """`OtherAccount` in the words of a terminal."""

    def __init__(self, error: OtherAccount) -> None:
        super().__init__(error.tokens, error.wanted)
        self.message = msg(
            "{account} signed in, but the user name is {wanted}. Nothing was stored. Sign in as {wanted}, or use "
            "--keep-other-account.",
            account=error.signed_in_as,
            wanted=error.wanted,
        )

    def __str__(self) -> str:
        return str(self.message)


_ANY_DEVICE = " To use any other device, stop this with Ctrl+C and use --device."


def _is_google(profile: SmtpProfile) -> bool:
    """Whether its provider has no codes for mail."""
    server = profile.server
    return (
        isinstance(server, GenericServer) and server.oauth is not None and server.oauth.provider is OAuthProvider.GOOGLE
    )


class _Way:
    """Shows the user how to go on, on standard error; called on another thread."""

    def __init__(self, output: Output, profile: SmtpProfile, *, opens: bool) -> None:
        self._output = output
        self._profile = profile
        self._opens = opens

    def show_address(self, address: str) -> None:
        if self._opens and open_in_browser(address):
            self._output.notice("The browser opens. If it does not, open this address in it:", f"  {address}")
            return
        self._output.diagnostic("Open this address in a browser, and sign in:", f"  {address}")
        port = answer_port(address)
        if port:
            self._output.notice(
                f"The browser must run on this computer, or reach its port {port}: ssh -L {port}:127.0.0.1:{port} "
                f"THIS-COMPUTER.{'' if _is_google(self._profile) else _ANY_DEVICE}"
            )

    def show_code(self, code: DeviceCode) -> None:
        self._output.diagnostic(
            f"Open {code.address} on any device, and enter this code until {local_text(code.expires_at)}:",
            f"  {code.code}",
        )


def _within(
    timeout_s: int | None, work: Callable[[Cancel], SignedIn], services: Services, profile: SmtpProfile
) -> SignedIn:
    """Does the work within that time. Raises ReadFailed, which says what a refusal means, and TimedOut."""
    ends = None if timeout_s is None else time.monotonic() + timeout_s

    def is_over() -> bool:
        return ends is not None and time.monotonic() >= ends

    try:
        return interruptible(work, should_end=is_over)
    except NoAccessToken as error:
        raise ReadFailed(error.failure, services.adviser.diagnose_sign_in(error.failure, profile)) from error
    except OtherAccount as error:
        raise AccountDiffers(error) from error
    except Cancelled:
        if timeout_s is None or not is_over():
            raise
        raise TimedOut(msg("Nobody signed in within {time}.", time=counted(timeout_s, "second"))) from None


def _until(state: SignedIn) -> str:
    return f" The sign-in ends on {local_text(state.ends_at)}." if state.ends_at else ""


def _document(profile: SmtpProfile, state: SignedIn) -> SignedInDocument:
    return {
        "name": profile.name,
        "changed": True,
        "signed_in_as": state.account or None,
        "signed_in_at": utc_text(state.signed_in_at),
        "signed_in_until": utc_text(state.ends_at) if state.ends_at else None,
    }
