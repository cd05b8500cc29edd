"""The actions that steps of advice ask for, and how each is done in the window and in a terminal."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText, msg


class Means(StrEnum):
    """What the window offers only sometimes."""

    FIND_SETTINGS = "find_settings"
    TRUST = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class HowTo:
    """How an action is done. `window` are the labels that lead to it, as in Advanced > Cloud; empty where the step's
    own words suffice. `options` are those of `smtp edit`; `command` is a command of its own. `page` is the page of the
    help that says how. `needs` is what the window must offer for it."""

    window: tuple[MessageText, ...] = ()
    options: str = ""
    command: str = ""
    page: str = ""
    needs: Means | None = None


_ADVANCED = msg("Advanced")
_AZURE_HELP = (msg("How to register the Azure app"),)
_CLIENT_HELP = (msg("How to register the client"),)
_APP_ONLY = (msg("Sign-in"), msg("App only"))

# In `options` and `command`, {name} and {other} are filled in where they are known.
HOW_TO: Mapping[str, HowTo] = {
    "tls_on": HowTo(options="--tls"),
    "tls_off": HowTo(options="--no-tls"),
    "auth_on": HowTo(options="--auth --user USER"),
    "auth_off": HowTo(options="--no-auth"),
    "port": HowTo(options="--port PORT"),
    "port_465": HowTo(options="--port 465"),
    "port_587": HowTo(options="--port 587"),
    "host": HowTo(options="--host HOST"),
    "host_microsoft": HowTo(options="--host smtp.office365.com"),
    "host_google": HowTo(options="--host smtp.gmail.com"),
    "user": HowTo(options="--user USER"),
    "user_apikey": HowTo(options="--user apikey"),
    "password": HowTo(options="--password-stdin"),
    "from": HowTo(options="--from ADDRESS"),
    "from_other": HowTo(options="--from {other}"),
    "from_empty": HowTo(options="--from ''"),
    "sender_from": HowTo(window=(_ADVANCED, msg("Envelope sender")), options="--envelope-sender from"),
    "ehlo_name": HowTo(window=(_ADVANCED, msg("Name in EHLO")), options="--name-in-ehlo HOST"),
    "limits": HowTo(window=(_ADVANCED,), options="--per-minute N --connections N"),
    "one_connection": HowTo(window=(_ADVANCED, msg("Connections at once")), options="--connections 1"),
    "generic": HowTo(window=(msg("Type"), msg("Generic")), options="--type generic --host HOST"),
    "graph": HowTo(
        window=(msg("Type"), msg("MS Graph API")),
        options="--type graph --sign-in app-only --user ADDRESS --tenant-id ID --client-id ID --client-secret-stdin",
    ),
    "app_only": HowTo(window=_APP_ONLY, options="--sign-in app-only --client-secret-stdin"),
    "sign_in_password": HowTo(window=(msg("Sign-in"), msg("Password")), options="--sign-in password --password-stdin"),
    "cloud": HowTo(window=(_ADVANCED, msg("Cloud")), options="--cloud CLOUD"),
    "authority": HowTo(window=(_ADVANCED, msg("Authority")), options="--authority URL"),
    "graph_url": HowTo(window=(_ADVANCED, msg("Graph address")), options="--graph-url URL"),
    "cloud_urls": HowTo(window=(_ADVANCED,), options="--authority URL --graph-url URL"),
    "tenant_id": HowTo(options="--tenant-id ID"),
    "client_id": HowTo(options="--client-id ID"),
    "client_secret": HowTo(options="--client-secret-stdin"),
    "secret_end": HowTo(window=(msg("Client secret valid until"),), options="--client-secret-valid-until YYYY-MM-DD"),
    "azure_help": HowTo(window=_AZURE_HELP, page="azure-app"),
    "google_help": HowTo(window=_CLIENT_HELP, page="google-oauth"),
    "microsoft_help": HowTo(window=_CLIENT_HELP, page="microsoft-oauth"),
    "other_help": HowTo(window=_CLIENT_HELP, page="other-oauth"),
    "sign_in": HowTo(window=(msg("Sign in…"),), command="smtp sign-in {name}"),
    "browser": HowTo(window=(msg("Sign-in"), msg("Browser (OAuth2)")), options="--sign-in browser"),
    "oauth_addresses": HowTo(options="--issuer URL"),
    "scope": HowTo(options="--scope TEXT"),
    "scope_empty": HowTo(options="--scope ''"),
    "certificate_file": HowTo(window=(msg("Save .cer…"),), command="smtp certificate export {name} FILE"),
    "service_account": HowTo(
        window=(*_APP_ONLY, msg("Service account key")), options="--sign-in app-only --service-account FILE"
    ),
    "rbac": HowTo(window=(msg("More Actions"), msg("PowerShell for Exchange…")), command="smtp rbac {name}"),
    "trust_certificate": HowTo(
        window=(msg("Trust this certificate…"),), command="smtp trust {name} --fingerprint SHA256", needs=Means.TRUST
    ),
    "trust_ca": HowTo(
        window=(msg("Trust this certificate…"),), command="smtp trust {name} --ca FILE", needs=Means.TRUST
    ),
    "trusted_ca": HowTo(command="smtp trust {name} --ca FILE"),
    "find_settings": HowTo(
        window=(msg("Find settings that work"),), command="smtp find-settings {name}", needs=Means.FIND_SETTINGS
    ),
    "test": HowTo(command="smtp test {name} --to ADDRESS"),
    "retry": HowTo(command="outbox retry ID"),
    "refused": HowTo(command="outbox list --state refused"),
}
"""How each action is done, by the name that steps in `resources/advice*.json` use."""

_UNKNOWN = {"name": "NAME", "other": "ADDRESS"}


def paths_of(actions: Sequence[str]) -> tuple[tuple[MessageText, ...], ...]:
    """Returns for each of `actions` that needs them the labels in the window that lead to it."""
    return tuple(HOW_TO[action].window for action in actions if HOW_TO[action].window)


def needs_of(actions: Sequence[str]) -> frozenset[Means]:
    """Returns what the window must offer for `actions`."""
    return frozenset(needs for action in actions if (needs := HOW_TO[action].needs))


def command_of(actions: Sequence[str], known: Mapping[str, str]) -> str:
    """Returns the command that does `actions`, or, where the SMTP has no name, the options alone; the one that says
    how, where none does it, and "" for none.

    `known` has the SMTP's `name` and the `other` address, where there are any.
    """
    values = _UNKNOWN | {name: shlex.quote(value) for name, value in known.items() if value}
    own = next((HOW_TO[action].command for action in actions if HOW_TO[action].command), "")
    if own:
        return f"smtp-desktop {own.format(**values)}"
    options = " ".join(HOW_TO[action].options for action in actions if HOW_TO[action].options).format(**values)
    page = next((HOW_TO[action].page for action in actions if HOW_TO[action].page), "")
    if page and not options:
        return f"smtp-desktop help {page}"
    if not options or not known.get("name"):
        return options
    return f"smtp-desktop smtp edit {values['name']} {options}"
