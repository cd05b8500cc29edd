"""What was typed into the form of an SMTP, and what must hold before it is saved."""

import re
from dataclasses import dataclass

from smtp_desktop.domain.address import BadAddress, BadHost, ascii_host, is_this_computer, parse_address
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.profile import (
    DEFAULT_PORT,
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    SIGNATURE_LIMIT,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.text import Text, text

_NAME = re.compile(r"[A-Za-z0-9_]+")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PORT = re.compile(r"[0-9]{1,5}")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDraft:
    """The form's content as typed. A secret that is None was not typed: a stored one then stays."""

    name: str = ""
    type: ProfileType = ProfileType.GENERIC
    is_default: bool = False
    from_address: str = ""
    signature: str = ""
    description: str = ""
    host_name: str = ""
    smtp_port: str = str(DEFAULT_PORT)
    tls: bool = True
    auth_required: bool = True
    user_name: str = ""
    envelope_sender: EnvelopeSender = EnvelopeSender.USER
    tenant_id: str = ""
    client_id: str = ""
    sign_in: SignIn = SignIn.PASSWORD
    password: Secret | None = None
    client_secret: Secret | None = None
    trusted_ca_pem: str = ""

    @property
    def typed_secrets(self) -> dict[SecretField, Secret]:
        """The secrets that were typed and that this kind of SMTP uses."""
        wanted: dict[SecretField, Secret | None] = {}
        if self.type is ProfileType.GRAPH:
            wanted[SecretField.CLIENT_SECRET] = self.client_secret
            if self.sign_in is SignIn.PASSWORD:
                wanted[SecretField.PASSWORD] = self.password
        elif self.auth_required:
            wanted[SecretField.PASSWORD] = self.password
        return {field: secret for field, secret in wanted.items() if secret}


def draft_of(profile: SmtpProfile) -> ProfileDraft:
    """Returns the form's content for a stored SMTP; its secrets stay where they are."""
    common = {
        "name": profile.name,
        "type": profile.type,
        "is_default": profile.is_default,
        "from_address": profile.from_address,
        "signature": profile.signature,
        "description": profile.description,
        "user_name": profile.server.user_name,
    }
    match profile.server:
        case GenericServer() as server:
            return ProfileDraft(
                **common,  # type: ignore[arg-type]  # the dict above holds each field's own type
                host_name=server.host_name,
                smtp_port=str(server.smtp_port),
                tls=server.tls,
                auth_required=server.auth_required,
                envelope_sender=server.envelope_sender,
                trusted_ca_pem=server.trusted_ca_pem,
            )
        case GraphMailbox() as server:
            return ProfileDraft(
                **common,  # type: ignore[arg-type]  # as above
                tenant_id=server.tenant_id,
                client_id=server.client_id,
                sign_in=server.sign_in,
            )


def settle(draft: ProfileDraft, *, profile_id: ProfileId, stored: SmtpProfile | None) -> SmtpProfile:
    """Returns the SMTP that `draft` describes. Its secrets' places are those of `stored`, as far as they may
    still be used. Raises FieldErrors that name every refused field at once."""
    errors = tuple(field_errors(draft, stored))
    if errors:
        raise FieldErrors(errors)
    kept = kept_secrets(draft, stored)
    server: GenericServer | GraphMailbox
    if draft.type is ProfileType.GENERIC:
        server = GenericServer(
            host_name=draft.host_name.strip(),
            smtp_port=int(draft.smtp_port.strip()),
            tls=draft.tls,
            auth_required=draft.auth_required,
            user_name=draft.user_name.strip() if draft.auth_required else "",
            envelope_sender=draft.envelope_sender,
            password_ref=stored.server.password_ref if stored and SecretField.PASSWORD in kept else None,
            trusted_ca_pem=draft.trusted_ca_pem,
        )
    else:
        refs = stored.secret_refs if stored else {}
        server = GraphMailbox(
            user_name=draft.user_name.strip(),
            tenant_id=draft.tenant_id.strip(),
            client_id=draft.client_id.strip(),
            sign_in=draft.sign_in,
            password_ref=refs.get(SecretField.PASSWORD) if SecretField.PASSWORD in kept else None,
            client_secret_ref=refs.get(SecretField.CLIENT_SECRET) if SecretField.CLIENT_SECRET in kept else None,
        )
    return SmtpProfile(
        id=profile_id,
        name=draft.name.strip(),
        server=server,
        is_default=draft.is_default,
        from_address=draft.from_address.strip(),
        signature=draft.signature,
        description=draft.description,
    )


def kept_secrets(draft: ProfileDraft, stored: SmtpProfile | None) -> frozenset[SecretField]:
    """Returns which stored secrets may go on being used: a secret is never sent to a host or tenant that it
    was not entered for."""
    if stored is None or stored.type is not draft.type:
        return frozenset()
    match stored.server:
        case GenericServer(host_name=host):
            same_place = _same_host(host, draft.host_name) and draft.auth_required
        case GraphMailbox(tenant_id=tenant):
            same_place = tenant.lower() == draft.tenant_id.strip().lower()
    kept = set(stored.secret_refs) if same_place else set()
    if draft.type is ProfileType.GRAPH and draft.sign_in is SignIn.APP_ONLY:
        kept.discard(SecretField.PASSWORD)
    return frozenset(kept)


def _same_host(one: str, other: str) -> bool:
    try:
        return ascii_host(one) == ascii_host(other)
    except BadHost:
        return False


def field_errors(draft: ProfileDraft, stored: SmtpProfile | None) -> list[FieldError]:
    """Returns what is wrong with the draft, in the order of the form; empty when it can be saved. Whether the name
    is taken is not known here."""
    problems: list[tuple[str, Text | None]] = [
        ("name", name_problem(draft.name)),
        ("from_address", _from_problem(draft)),
    ]
    if draft.type is ProfileType.GENERIC:
        problems += [
            ("host_name", _host_problem(draft.host_name)),
            ("smtp_port", _port_problem(draft.smtp_port)),
        ]
        if draft.auth_required:
            problems.append(("user_name", _user_problem(draft.user_name)))
            problems.append(("password", _secret_problem(draft, stored, SecretField.PASSWORD)))
    else:
        problems += _graph_problems(draft, stored)
    problems += [
        ("signature", _words_problem(draft.signature, SIGNATURE_LIMIT)),
        ("description", _words_problem(draft.description, DESCRIPTION_LIMIT)),
    ]
    return [FieldError(field=field, message=problem) for field, problem in problems if problem]


def _graph_problems(draft: ProfileDraft, stored: SmtpProfile | None) -> list[tuple[str, Text | None]]:
    problems: list[tuple[str, Text | None]] = [("user_name", _mailbox_problem(draft.user_name))]
    if draft.sign_in is SignIn.PASSWORD:
        problems.append(("password", _secret_problem(draft, stored, SecretField.PASSWORD)))
    problems += [
        ("tenant_id", _tenant_problem(draft.tenant_id)),
        ("client_id", _client_problem(draft.client_id)),
        ("client_secret", _secret_problem(draft, stored, SecretField.CLIENT_SECRET)),
    ]
    return problems


def name_problem(name: str) -> Text | None:
    """Returns what is wrong with the name of an SMTP, or None."""
    name = name.strip()
    if not name:
        return text("Enter a name.")
    if not _NAME.fullmatch(name):
        return text("Use letters, digits and underscore only.")
    return _length_problem(name, NAME_LIMIT)


def _words_problem(typed: str, limit: int) -> Text | None:
    if _LONE_SURROGATE.search(typed):
        return text("It holds a character that is broken, as a paste in another encoding leaves. Type it again.")
    return _length_problem(typed, limit)


def _length_problem(typed: str, limit: int) -> Text | None:
    over = len(typed) - limit
    if over <= 0:
        return None
    return text("Shorten it by {over}: at most {limit} characters fit.", over=over, limit=limit)


def _is_address(typed: str) -> bool:
    try:
        parse_address(typed)
    except BadAddress:
        return False
    return True


def address_problem(typed: str) -> Text | None:
    """Returns what is wrong with one mail address, or None."""
    if not typed.strip():
        return text("Enter an email address.")
    if not _is_address(typed):
        return text("This is not an email address. It looks like name@company.example.")
    return None


def _from_problem(draft: ProfileDraft) -> Text | None:
    typed = draft.from_address.strip()
    if typed:
        if _is_address(typed):
            return None
        return text("This is not an email address. Write name@company.example or Display Name <name@company.example>.")
    if draft.type is ProfileType.GRAPH:
        return None
    if not draft.auth_required:
        return text("Enter the address that mail comes from: without sign-in there is no user name to take it from.")
    if draft.user_name.strip() and not _is_address(draft.user_name):
        return text("Enter the address that mail comes from: the user name is not an email address.")
    return None


def _host_problem(typed: str) -> Text | None:
    if not typed.strip():
        return text("Enter the server's host name or IP address.")
    try:
        ascii_host(typed)
    except BadHost:
        return text("This is not a host name or an IP address. Write only the name, as in smtp.company.example.")
    return None


def _port_problem(typed: str) -> Text | None:
    typed = typed.strip()
    if not typed:
        return text("Enter the port, usually 587, 465 or 25.")
    if not _PORT.fullmatch(typed) or not 1 <= int(typed) <= _MAX_PORT:
        return text("A port is a whole number from 1 to 65535.")
    return None


def _user_problem(typed: str) -> Text | None:
    if not typed.strip():
        return text("Enter the user name, or switch off Auth Required.")
    if _CONTROL.search(typed.strip()):
        return text("The user name holds a control character or a broken one. Type it again.")
    return None


def _mailbox_problem(typed: str) -> Text | None:
    if not typed.strip():
        return text("Enter the mailbox's email address.")
    return (
        None
        if _is_address(typed) and "<" not in typed
        else text("Enter the mailbox's email address, as in name@company.example.")
    )


def _tenant_problem(typed: str) -> Text | None:
    typed = typed.strip()
    if not typed:
        return text("Enter the tenant id from the app's Overview page.")
    if _GUID.fullmatch(typed):
        return None
    try:
        if "." in ascii_host(typed):
            return None
    except BadHost:
        pass
    return text("A tenant id looks like 8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab; a domain of the tenant works too.")


def _client_problem(typed: str) -> Text | None:
    if not typed.strip():
        return text("Enter the application (client) id from the app's Overview page.")
    if _GUID.fullmatch(typed.strip()):
        return None
    return text("A client id looks like c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20.")


def _secret_problem(draft: ProfileDraft, stored: SmtpProfile | None, field: SecretField) -> Text | None:
    typed = draft.password if field is SecretField.PASSWORD else draft.client_secret
    if typed or field in kept_secrets(draft, stored):
        return None
    if stored is not None and stored.type is draft.type and field in stored.secret_refs:
        return text(
            "Enter it again: the stored one was given for {place} and is sent nowhere else.",
            place=_place(stored),
        )
    if field is SecretField.PASSWORD:
        return text("Enter the password.")
    return text("Enter the client secret's value.")


def _place(profile: SmtpProfile) -> str:
    match profile.server:
        case GenericServer(host_name=host):
            return host
        case GraphMailbox(tenant_id=tenant):
            return tenant


def hints(draft: ProfileDraft) -> dict[str, Text]:
    """Returns advice that refuses nothing, by field: what an admin may want to know before saving."""
    found: dict[str, Text] = {}
    if draft.type is not ProfileType.GENERIC:
        return found
    user = draft.user_name.strip()
    if draft.auth_required and user and not _is_address(user):
        found["user_name"] = text(
            "Most servers want the whole email address here; some use another word, as SendGrid's apikey."
        )
    if draft.auth_required and not draft.tls and draft.host_name.strip() and not is_this_computer(draft.host_name):
        found["tls"] = text("Without TLS the password travels readable for everyone on the way.")
    return found
