"""The natural order of names: ignoring case, and numbers by their value, Site_2 before Site_10."""

import re

_NUMBER = re.compile(r"0*+([0-9]+)|0+")


def natural_key(name: str) -> str:
    """Returns the key by which names are sorted. Names that differ in nothing but case and leading zeros have the
    same one."""
    # A number is preceded by how many digits it has: compared as text, more digits are more.
    return _NUMBER.sub(lambda found: f"{len(found[1] or '0'):02}{found[1] or '0'}", name.lower())
