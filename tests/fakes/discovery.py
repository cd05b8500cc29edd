"""DNS and domains' own files without a network: they know what a test tells them, and remember what was asked."""

from collections.abc import Mapping

from fakes.blocking import Blocking

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.dns_answer import DnsAnswer, DnsOutcome
from smtp_desktop.domain.discovery.configuration import Configuration
from smtp_desktop.domain.discovery.proposal import Origin


class FakeDns(Blocking):
    """`records` are what is there, by "NAME TYPE"; nothing else exists. `asked` is what was asked for, in order."""

    def __init__(self, records: Mapping[str, tuple[str, ...]] | None = None, *, blocking: bool = False) -> None:
        super().__init__(blocking=blocking)
        self.records = dict(records or {})
        self.asked: list[str] = []

    def lookups(self, cancel: Cancel, *, of_networks: bool = False) -> "FakeLookups":
        return FakeLookups(self, cancel)

    def answer(self, question: str, cancel: Cancel) -> DnsAnswer:
        """Returns what is there, after `release` where it blocks."""
        self.asked.append(question)
        if self._blocked:
            self._wait(cancel)
        found = self.records.get(question)
        return DnsAnswer(outcome=DnsOutcome.FOUND, records=found) if found else DnsAnswer(outcome=DnsOutcome.NO_NAME)


class FakeLookups:
    """Look-ups in a FakeDns."""

    def __init__(self, dns: FakeDns, cancel: Cancel) -> None:
        self._dns, self._cancel = dns, cancel

    def txt(self, name: str) -> DnsAnswer:
        return self._dns.answer(f"{name} TXT", self._cancel)

    def mx(self, name: str) -> DnsAnswer:
        return self._dns.answer(f"{name} MX", self._cancel)

    def srv(self, name: str) -> DnsAnswer:
        return self._dns.answer(f"{name} SRV", self._cancel)

    def addresses(self, name: str) -> DnsAnswer:
        return self._dns.answer(f"{name} A", self._cancel)


class FakeAutoconfig:
    """`files` are what is there, by place; the same for every domain."""

    def __init__(self, files: Mapping[Origin, Configuration] | None = None) -> None:
        self.files = dict(files or {})
        self.asked: list[tuple[str, Origin]] = []

    def read(self, domain: str, origin: Origin, *, cancel: Cancel) -> Configuration | None:
        self.asked.append((domain, origin))
        return self.files.get(origin)
