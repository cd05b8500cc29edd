"""Look-ups at this computer's DNS servers, through dnspython."""
# ruff: noqa: PLC0415 - dnspython takes 100 ms to load: only a look-up needs it

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.dns_answer import UNKNOWN, DnsAnswer, DnsOutcome, is_public_name, may_be_asked

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
    from dns.resolver import LRUCache, Resolver

LIFETIME_S = 3.0
_CACHED_ANSWERS = 5_000
_PAYLOAD_BYTES = 1232  # DNS flag day 2020: passes every network unfragmented
_Key = tuple[str, str]


class SystemDns:
    """The port `services.ports.Dns`. Threads that ask for the same share one query, and answers are cached for their
    time to live. `new_resolver` returns a resolver, by default one with the system's present settings."""

    def __init__(self, new_resolver: "Callable[[], Resolver] | None" = None, *, lifetime_s: float = LIFETIME_S) -> None:
        self._new_resolver = new_resolver or _system_resolver
        self._lifetime_s = lifetime_s
        self._lock = threading.Lock()
        self._pending: dict[_Key, Future[DnsAnswer]] = {}
        self._cache: LRUCache | None = None

    def lookups(self, cancel: Cancel, *, of_networks: bool = False) -> "SystemLookups":
        """Returns look-ups that share one deadline and `cancel`. With `of_networks` they ask for names of a company's
        own network as well."""
        may_ask = may_be_asked if of_networks else is_public_name
        return SystemLookups(self, cancel, time.monotonic() + self._lifetime_s, may_ask)

    def ask(self, name: str, record_type: str) -> "Future[DnsAnswer]":
        """Returns the future answer, which is there within twice the lifetime."""
        key = (name, record_type)
        with self._lock:
            pending = self._pending.get(key)
            if pending:
                return pending
            future = self._pending[key] = Future()
        threading.Thread(target=self._answer, args=(key, future), name="dns", daemon=True).start()
        return future

    def _answer(self, key: _Key, future: "Future[DnsAnswer]") -> None:
        answer = UNKNOWN
        try:
            answer = self._look_up(*key)
        finally:
            with self._lock:
                del self._pending[key]
            future.set_result(answer)

    def _look_up(self, name: str, record_type: str) -> DnsAnswer:
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            resolver = self._new_resolver()
            resolver.lifetime = self._lifetime_s
            resolver.cache = self._shared_cache()
            # An absolute name, so that the network's search list is not tried.
            found = resolver.resolve(dns.name.from_text(f"{name}."), record_type, search=False)
        except dns.resolver.NXDOMAIN:
            return DnsAnswer(outcome=DnsOutcome.NO_NAME)
        except dns.resolver.NoAnswer:
            return DnsAnswer(outcome=DnsOutcome.NO_RECORD)
        except (dns.exception.DNSException, OSError):
            # Refused, broken, too late, no servers known, or an impossible name: the caller makes no difference.
            return UNKNOWN
        return DnsAnswer(outcome=DnsOutcome.FOUND, records=_records(tuple(found), record_type))

    def _shared_cache(self) -> "LRUCache":
        from dns.resolver import LRUCache

        with self._lock:
            if self._cache is None:
                self._cache = LRUCache(_CACHED_ANSWERS)
            return self._cache


class SystemLookups:
    """The port `services.ports.DnsLookups`."""

    def __init__(self, dns: SystemDns, cancel: Cancel, ends_s: float, may_ask: Callable[[str], bool]) -> None:
        self._dns = dns
        self._cancel = cancel
        self._ends_s = ends_s
        self._may_ask = may_ask

    def txt(self, name: str) -> DnsAnswer:
        """Returns the texts at `name`, each joined from its strings (RFC 7208 3.3)."""
        return self._ask(name, "TXT")

    def mx(self, name: str) -> DnsAnswer:
        """Returns the hosts that take mail for `name`, the preferred one first."""
        return self._ask(name, "MX")

    def srv(self, name: str) -> DnsAnswer:
        """Returns the services at `name`, the preferred one first."""
        return self._ask(name, "SRV")

    def addresses(self, name: str) -> DnsAnswer:
        """Returns the IPv4 and IPv6 addresses of `name`."""
        answers = (self._ask(name, "A"), self._ask(name, "AAAA"))
        records = tuple(record for answer in answers for record in answer.records)
        if records:
            return DnsAnswer(outcome=DnsOutcome.FOUND, records=records)
        return next((answer for answer in answers if answer.unknown), answers[0])

    def _ask(self, name: str, record_type: str) -> DnsAnswer:
        name = name.lower().removesuffix(".")
        if not self._may_ask(name) or self._cancel.requested or time.monotonic() >= self._ends_s:
            return UNKNOWN
        future = self._dns.ask(name, record_type)
        wakeup = threading.Event()
        future.add_done_callback(lambda _: wakeup.set())
        self._cancel.set_waker(wakeup.set)
        try:
            wakeup.wait(max(0.0, self._ends_s - time.monotonic()))
        finally:
            self._cancel.set_waker(None)
        return future.result() if future.done() else UNKNOWN


def _system_resolver() -> "Resolver":
    import dns.resolver

    # A new one each time: a computer that moved to another network has other servers.
    resolver = dns.resolver.Resolver()
    resolver.use_edns(0, 0, _PAYLOAD_BYTES)
    return resolver


def _records(found: "Sequence[Rdata]", record_type: str) -> tuple[str, ...]:
    from dns.rdtypes.ANY.MX import MX
    from dns.rdtypes.ANY.TXT import TXT
    from dns.rdtypes.IN.SRV import SRV

    if record_type == "MX":
        hosts = sorted((data.preference, _host(data.exchange)) for data in found if isinstance(data, MX))
        return tuple(host for _, host in hosts)
    if record_type == "SRV":
        # RFC 2782 draws lots among equals by their weight. A proposal must not depend on luck: the heaviest is first.
        services = sorted(
            (one.priority, -one.weight, _host(one.target), one.port) for one in found if isinstance(one, SRV)
        )
        return tuple(f"{priority} {-weight} {port} {host}" for priority, weight, host, port in services)
    if record_type == "TXT":
        return tuple(b"".join(data.strings).decode("latin-1") for data in found if isinstance(data, TXT))
    return tuple(data.to_text() for data in found)


def _host(exchange: "Name") -> str:
    return exchange.to_text(omit_final_dot=True).lower().removesuffix(".")
