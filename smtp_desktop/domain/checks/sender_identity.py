"""The identity of the sender of mail through an SMTP: domains, provider, and who owns the addresses, by their names."""

from dataclasses import dataclass

from smtp_desktop.domain.mail.address import Address, BadAddress, address_or_none, ascii_host
from smtp_desktop.domain.smtp.cloud import graph_endpoints_of
from smtp_desktop.domain.smtp.identity import Identity, identity_of
from smtp_desktop.domain.smtp.profile import GenericServer, Server, SmtpProfile
from smtp_desktop.domain.smtp.providers import Provider, Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderIdentity:
    """The sender of mail through one SMTP.

    `host` is the server that takes the mail, in ASCII; `user` is the user name, where that is an address; `provider`
    runs the server, if that is known; `owner` is the freemail provider of the From Address's domain, if there is one,
    and `user_owner` that of the user's domain. With `by_graph` Microsoft Graph sends.
    """

    identity: Identity
    host: str
    user: Address | None
    provider: Provider | None
    owner: Provider | None
    user_owner: Provider | None
    by_graph: bool

    @property
    def from_domain(self) -> str:
        return self.identity.header_from.domain.lower()

    @property
    def foreign_owner(self) -> Provider | None:
        """The freemail provider whose address it is, where another provider sends the mail."""
        return None if self._is_at_home(self.owner) else self.owner

    @property
    def spf_domain(self) -> str:
        """The domain whose SPF record recipients look up (RFC 7208 2.4); empty where that is unknown."""
        domain = self.identity.envelope_sender.domain.lower()
        if self.provider and self.provider.own_envelope:
            return ""
        # A provider that replaces the From Address also replaces MAIL FROM; Graph chooses MAIL FROM by itself.
        chosen_elsewhere = self.from_domain if self.by_graph else self._user_domain
        replaced = self.by_graph or (self.provider is not None and self.provider.rewrites_from)
        return "" if replaced and domain != chosen_elsewhere else domain

    @property
    def rewritten(self) -> bool:
        """Whether the provider replaces the From Address by the user's, unless it was confirmed there as an alias."""
        if not (self.provider and self.provider.rewrites_from and self.user):
            return False
        return self.identity.header_from.spec.lower() != self.user.spec.lower()

    @property
    def of_private_account(self) -> bool:
        """Whether the user has a freemail address of the provider and sends for another domain: the provider's DKIM
        signature is then not that domain's."""
        if self.provider is None or self.provider.customers_domains or self.provider.rewrites_from:
            return False
        return self._is_at_home(self.user_owner) and not self._is_at_home(self.owner)

    def _is_at_home(self, owner: Provider | None) -> bool:
        """Whether mail from addresses of `owner` is sent through its own servers."""
        return self.provider is not None and owner is not None and self.provider.company == owner.company

    @property
    def _user_domain(self) -> str:
        return self.user.domain.lower() if self.user else ""


def sender_identity_of(profile: SmtpProfile, providers: Providers) -> SenderIdentity | None:
    """Returns who sends mail through `profile`; None where it has no usable sender."""
    try:
        identity = identity_of(profile)
    except BadAddress:
        return None
    host, user = host_of(profile.server), _user(profile.server)
    return SenderIdentity(
        identity=identity,
        host=host,
        user=user,
        provider=providers.at(host),
        owner=providers.freemail_of(identity.header_from.domain.lower()),
        user_owner=providers.freemail_of(user.domain.lower()) if user else None,
        by_graph=not isinstance(profile.server, GenericServer),
    )


def host_of(server: Server) -> str:
    """Returns the host that takes the mail, in lower-case ASCII."""
    return ascii_host(server.host_name) if isinstance(server, GenericServer) else graph_endpoints_of(server).graph_host


def _user(server: Server) -> Address | None:
    if isinstance(server, GenericServer) and not server.auth_required:
        return None
    return address_or_none(server.user_name)
