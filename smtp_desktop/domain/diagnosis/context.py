"""The context of a failure: the server, and how the SMTP uses it."""

from dataclasses import dataclass

from smtp_desktop.domain.mail.address import BadAddress, BadHost, address_or_none, ascii_host
from smtp_desktop.domain.smtp.cloud import graph_endpoints_of
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, GenericServer, SignIn, SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureContext:
    """The server of a failure, and how the SMTP uses it. `smtp_name` is the SMTP's own name; `host` is ASCII;
    `tls` and `auth` say whether the SMTP encrypts and signs in; `server_words` are what the server said of itself, in
    its greeting and its answer to EHLO. `authority` is whose authorization server it signs in at; `credential` is what
    its app signs in with, and `graph` says whether it is a Microsoft 365 mailbox. Empty, 0 or None
    stand for unknown."""

    smtp_name: str = ""
    host: str = ""
    port: int = 0
    tls: bool | None = None
    auth: bool | None = None
    user_name: str = ""
    from_address: str = ""
    envelope_sender: str = ""
    server_words: str = ""
    sign_in: SignIn | None = None
    authority: OAuthProvider | None = None
    client_id: str = ""
    credential: AppCredential | None = None
    graph: bool | None = None

    @property
    def user_address(self) -> str:
        """The user name, where it is an address."""
        return spec_of(self.user_name)

    @property
    def from_spec(self) -> str:
        """The From Address without a display name."""
        return spec_of(self.from_address)

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """The addresses that the SMTP signs in or sends as, each once."""
        own = (self.envelope_sender, self.from_spec, self.user_address)
        return tuple(dict.fromkeys(address for address in own if address))


def spec_of(typed: str) -> str:
    """Returns the address that was typed, without its display name; "" where it is none."""
    address = address_or_none(typed)
    return address.spec if address else ""


def failure_context_of(profile: SmtpProfile, *, server_words: str = "") -> FailureContext:
    """Returns the context of a failure in a conversation through `profile`."""
    server = profile.server
    if not isinstance(server, GenericServer):
        return FailureContext(
            smtp_name=profile.name,
            host=graph_endpoints_of(server).graph_host,
            user_name=server.user_name,
            from_address=profile.from_address or server.user_name,
            sign_in=server.sign_in,
            authority=OAuthProvider.MICROSOFT,
            client_id=server.client_id,
            credential=server.app_credential if server.sign_in is SignIn.APP_ONLY else AppCredential.SECRET,
            graph=True,
        )
    try:
        envelope_sender = identity_of(profile).envelope_sender.spec
    except BadAddress:
        envelope_sender = ""  # there is no address to send from: that is why it failed
    return FailureContext(
        smtp_name=profile.name,
        host=_host_of(server),
        port=server.smtp_port,
        tls=server.tls,
        auth=server.auth_required,
        user_name=server.user_name if server.auth_required else "",
        from_address=profile.from_address,
        envelope_sender=envelope_sender,
        server_words=server_words,
        sign_in=server.sign_in if server.auth_required else None,
        authority=server.oauth.provider if server.oauth else None,
        client_id=server.oauth.client_id if server.oauth else "",
        credential=server.app_credential if server.sign_in is SignIn.APP_ONLY else None,
        graph=False,
    )


def _host_of(server: GenericServer) -> str:
    try:
        return ascii_host(server.host_name)
    except BadHost:
        return ""  # the host name is not one: that is why the conversation failed
