"""A server and its port in one word, as `host:port` and `[address]:port`."""

import re

_BOTH = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:]*):(?P<port>[^:]*)", re.DOTALL)


def host_and_port(text: str) -> tuple[str, str]:
    """Returns both; no port where there is none, as behind an IPv6 address without brackets."""
    found = _BOTH.fullmatch(text.strip())
    return (found["host"], found["port"]) if found else (text.strip(), "")
