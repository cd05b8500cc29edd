"""A browser that follows redirects and submits forms, on a thread of its own, as a person's would."""

import re
import threading
from html import unescape
from urllib.parse import parse_qs, urlsplit

import requests
from servers.certificates import Authority

_INPUT = re.compile(r'name="([^"]*)" value="([^"]*)"')
_ACTION = re.compile(r'action="([^"]*)"')


class ScriptedBrowser:
    """Opens addresses. `page` is the text of the page that it shows at the end."""

    def __init__(self, authority: Authority | None = None) -> None:
        self.addresses: list[str] = []
        self.page = ""
        self.status = 0
        self._authority = authority
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> None:
        """Opens `address` and does what its pages say, beside the caller."""
        self.addresses.append(address)
        thread = threading.Thread(target=self._run, args=(address,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def only_remember(self, address: str) -> None:
        """Opens nothing."""
        self.addresses.append(address)

    def wait(self) -> None:
        """Waits until the last page is there."""
        for thread in self._threads:
            thread.join(30)

    @property
    def asked(self) -> dict[str, str]:
        """The fields of the last address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.addresses[-1]).query).items()}

    def _run(self, address: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self._authority.path) if self._authority else True
            answer = session.get(address, timeout=30)
            if action := _ACTION.search(answer.text):
                fields = {name: unescape(value) for name, value in _INPUT.findall(answer.text)}
                answer = session.post(unescape(action[1]), data=fields, timeout=30)
        self.page, self.status = answer.text, answer.status_code
