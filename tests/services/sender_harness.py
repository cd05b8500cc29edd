"""A harness whose tester asks a DNS server on loopback about the sender's domain, and drafts of SMTPs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dns.resolver import Resolver
from fakes.known_providers import PROVIDERS
from fakes.small import FixedClock, MemoryPreferences
from servers.dns import DnsServer, Records, txt
from services.tester_harness import GUID, NOW, SHOP, TesterHarness

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileType
from smtp_desktop.services.checks.deliverability import DeliverabilityChecks
from smtp_desktop.transports.net.dns import SystemDns

PUBLIC = "93.184.215.14"

GMAIL = replace(SHOP, host_name="smtp.gmail.com", user_name="shop@acme.io", from_address="Shop <shop@acme.io>")
RELAY = replace(GMAIL, host_name="mail.acme.io")
SES = replace(GMAIL, host_name="email-smtp.eu-west-1.amazonaws.com", user_name="AKIAEXAMPLE")
OFFICE = replace(GMAIL, host_name="smtp.office365.com")
GRAPH = ProfileDraft(
    name="Office",
    type=ProfileType.GRAPH,
    user_name="office@acme.io",
    from_address="office@acme.io",
    tenant_id=GUID,
    client_id=GUID,
    password=SHOP.password,
    client_secret=SHOP.password,
)


def zone(
    spf: str = "v=spf1 include:_spf.google.com ~all", dmarc: str = "v=DMARC1; p=reject", **more: Any
) -> dict[str, Records]:
    """Returns the records of a DNS in which acme.io, with these, is in order, as are Google and Microsoft; `more`
    replaces or adds records of acme.io."""
    acme = {"MX": ["10 mx.acme.io."], "A": [PUBLIC], **(txt(spf) if spf else {}), **more}
    return {
        "acme.io": acme,
        "_dmarc.acme.io": txt(dmarc) if dmarc else {},
        "mx.acme.io": {"A": [PUBLIC]},
        "_spf.google.com": txt("v=spf1 ip4:74.125.0.0/16 ip6:2a00:1450:4000::/36 ~all"),
        "spf.protection.outlook.com": txt("v=spf1 ip4:40.92.0.0/15 ip4:52.100.0.0/14 -all"),
        "gmail.com": {"MX": ["5 gmail-smtp-in.l.google.com."], **txt("v=spf1 redirect=_spf.google.com")},
        "_dmarc.gmail.com": txt("v=DMARC1; p=none; sp=quarantine"),
        "zoho.com": txt("v=spf1 ip4:136.143.188.0/24 -all"),
        "_dmarc.yahoo.com": txt("v=DMARC1; p=reject"),
    }


def outlook(dmarc: str) -> dict[str, Records]:
    """Returns the records of a DNS in which names below outlook.com send, and outlook.com has this DMARC record."""
    senders = {name: {"MX": ["10 mx.acme.io."], "A": [PUBLIC]} for name in ("m.outlook.com", "mail.outlook.com")}
    return zone() | senders | {"_dmarc.outlook.com": txt(dmarc)}


class SenderHarness(TesterHarness):
    """`server` is the DNS server; `new_resolver` takes its place where it is given."""

    def __init__(
        self, server: DnsServer, *, new_resolver: Callable[[], Resolver] | None = None, lifetime_s: float = 3.0
    ) -> None:
        self.preferences = MemoryPreferences()
        warnings = DeliverabilityChecks(
            dns=SystemDns(new_resolver or server.resolver, lifetime_s=lifetime_s),
            preferences=self.preferences,
            clock=FixedClock(NOW),
            read_providers=lambda: PROVIDERS,
        )
        super().__init__(warnings_for=warnings.warnings_for)

    def kinds(self, draft: ProfileDraft) -> list[str]:
        """What a check of `draft` finds, as text."""
        return [warning.kind.value for warning in self.run_check(self.saved(draft)).warnings]
