"""Proposals: the settings that an address most likely needs, and on whose word each of them is."""

from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import SignIn


class Origin(StrEnum):
    """What a value comes from. The first ones count most: what a domain says itself counts more than what follows from
    where its mail goes."""

    LIST = "list"  # the providers that the program knows, by the address's domain or the server's name
    AUTOCONFIG = "autoconfig"  # the file at autoconfig.DOMAIN
    WELL_KNOWN = "well_known"  # the file below DOMAIN/.well-known
    SRV = "srv"  # DNS: the service that the domain names (RFC 6186, RFC 8314)
    MX = "mx"  # DNS: the mail goes to a provider that the program knows
    USUAL = "usual"  # nobody says it: most servers want it so


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from. `detail` is the page, the DNS name or the host that says so; "" where there is none."""

    origin: Origin
    detail: str = ""


USUAL = Source(origin=Origin.USUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedOAuth:
    """The addresses of an authorization server that a domain's configuration names; "" for what it does not."""

    issuer: str = ""
    authorize_url: str = ""
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The settings of one server, which is always spoken to with TLS. `user_name` is "" where the address does not say
    it. `source` is that of host, port and TLS. `provider` is "" where none that is known runs the server. `notes` are
    what to know before using it."""

    host_name: str
    smtp_port: int
    mode: TlsMode
    user_name: str
    source: Source
    auth_required: bool = True
    sign_in: SignIn = SignIn.PASSWORD
    sign_in_source: Source = USUAL
    user_name_source: Source = USUAL
    oauth: ProposedOAuth | None = None
    provider: str = ""
    notes: tuple[MessageText, ...] = ()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host_name, self.smtp_port

    @property
    def sources(self) -> dict[str, Source]:
        """Where each value comes from, by the field of the SMTP, in the order of its form."""
        found = {"host_name": self.source, "smtp_port": self.source, "auth_required": self.sign_in_source}
        if self.auth_required:
            found |= {"sign_in": self.sign_in_source, "user_name": self.user_name_source}
        return {**found, "tls": self.source}


def source_text(source: Source) -> MessageText:
    """Returns where a value comes from, in a few words."""
    templates = {
        Origin.LIST: "the list of providers",
        Origin.AUTOCONFIG: "the domain's configuration ({detail})",
        Origin.WELL_KNOWN: "the domain's configuration ({detail})",
        Origin.SRV: "DNS (SRV of {detail})",
        Origin.MX: "DNS (MX {detail})",
        Origin.USUAL: "usual for most servers",
    }
    return msg(templates[source.origin], detail=source.detail)


def server_text(proposal: Proposal) -> str:
    """Returns host and port as they are written: smtp.contoso.example:587."""
    return f"{proposal.host_name}:{proposal.smtp_port}"


def how_text(proposal: Proposal) -> MessageText:
    """Returns how the server is spoken to, in a few words."""
    starttls = proposal.mode is TlsMode.STARTTLS
    if not proposal.auth_required:
        return msg("STARTTLS, no sign-in") if starttls else msg("TLS on connect, no sign-in")
    if proposal.sign_in is SignIn.BROWSER:
        return msg("STARTTLS, sign-in by browser") if starttls else msg("TLS on connect, sign-in by browser")
    return msg("STARTTLS, sign-in by password") if starttls else msg("TLS on connect, sign-in by password")
