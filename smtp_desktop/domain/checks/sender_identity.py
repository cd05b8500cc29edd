"""Who sends mail through an SMTP for whom, as far as names tell it."""

from dataclasses import dataclass

from smtp_desktop.domain.mail.address import Address, BadAddress, ascii_host, parse_address
from smtp_desktop.domain.smtp.cloud import endpoints_of
from smtp_desktop.domain.smtp.identity import Identity, identity_of
from smtp_desktop.domain.smtp.profile import GenericServer, Server, SmtpProfile
from smtp_desktop.domain.smtp.providers import Provider, Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderIdentity:
    """Mail through one SMTP. `host` is what it is handed to, in ASCII; `user` is the address that signs in, if it is
    one; `provider` runs the server, if that is known; `owner` gives addresses in the From Address's domain to
    everybody, if anybody does, and `user_owner` those in the user's."""

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
        """Whose address it is, where that is another one than who sends it."""
        return None if self._is_at_home(self.owner) else self.owner

    @property
    def spf_domain(self) -> str:
        """The domain whose SPF record recipients look at (RFC 7208 2.4); empty where that is not known."""
        domain = self.identity.envelope_sender.domain.lower()
        if self.provider and self.provider.own_envelope:
            return ""
        # Who replaces the From Address does so in MAIL FROM as well; Graph's MAIL FROM is not ours to choose.
        chosen_elsewhere = self.from_domain if self.by_graph else self._user_domain
        replaced = self.by_graph or (self.provider is not None and self.provider.rewrites_from)
        return "" if replaced and domain != chosen_elsewhere else domain

    @property
    def rewritten(self) -> bool:
        """Whether the provider puts the user's address in place of the From Address, unless it was told about it."""
        if not (self.provider and self.provider.rewrites_from and self.user):
            return False
        return self.identity.header_from.spec.lower() != self.user.spec.lower()

    @property
    def of_private_account(self) -> bool:
        """Whether it is one of the addresses that the provider gives to everybody that sends for another domain: no
        signature of the provider (DKIM) is then that domain's."""
        if self.provider is None or self.provider.customers_domains or self.provider.rewrites_from:
            return False
        return self._is_at_home(self.user_owner) and not self._is_at_home(self.owner)

    def _is_at_home(self, owner: Provider | None) -> bool:
        """Whether addresses of `owner` are sent through its own servers."""
        return self.provider is not None and owner is not None and self.provider.house == owner.house

    @property
    def _user_domain(self) -> str:
        return self.user.domain.lower() if self.user else ""


def sender_identity_of(profile: SmtpProfile, providers: Providers) -> SenderIdentity | None:
    """Returns how mail goes out through `profile`; None where it has no usable sender."""
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
        owner=providers.giving(identity.header_from.domain.lower()),
        user_owner=providers.giving(user.domain.lower()) if user else None,
        by_graph=not isinstance(profile.server, GenericServer),
    )


def host_of(server: Server) -> str:
    """Returns the host that mail is handed to, in lower-case ASCII."""
    return ascii_host(server.host_name) if isinstance(server, GenericServer) else endpoints_of(server).graph_host


def _user(server: Server) -> Address | None:
    if isinstance(server, GenericServer) and not server.auth_required:
        return None
    try:
        return parse_address(server.user_name)
    except BadAddress:
        return None
