"""The addresses that tests went to, remembered from one start to the next."""

import json
from collections.abc import Callable, Mapping, Sequence

_KEY = "test.recipients"
_KEPT = 10


class Recipients:
    """The last ten To Email Addresses, the latest first."""

    def __init__(self, kept: Mapping[str, str], put: Callable[[str, str], object]) -> None:
        """`kept` are the preferences; `put` stores one of them."""
        self._put = put
        self._latest = _read(kept.get(_KEY, ""))

    @property
    def latest(self) -> Sequence[str]:
        """The addresses as they were typed, the latest first."""
        return tuple(self._latest)

    def remember(self, address: str) -> None:
        """Puts `address` before the others."""
        address = address.strip()
        others = [one for one in self._latest if one.lower() != address.lower()]
        latest = [address, *others][:_KEPT]
        if latest != self._latest:
            self._latest = latest
            self._put(_KEY, json.dumps(latest))


def _read(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:  # none yet, or somebody wrote something else there
        return []
    return [one for one in found if isinstance(one, str)][:_KEPT] if isinstance(found, list) else []
