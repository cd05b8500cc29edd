"""The password that must show up nowhere, and what it looks like in the encodings it might be in."""

import base64

USER = "boss@company.example"
CANARY = "kan4rien-Vögel!77"


def traces() -> set[bytes]:
    """The canary as it could stand in a file: plain, UTF-16, and base64 wherever it begins inside other bytes."""
    found = {CANARY.encode(), CANARY.encode("latin-1"), CANARY.encode("utf-16-le"), CANARY.encode("utf-16-be")}
    for plain in (CANARY.encode(), CANARY.encode("utf-16-le")):
        for ahead in range(3):
            encoded = base64.b64encode(b"\0" * ahead + plain)
            # Without the characters that also hold bits of what stands before or after it.
            found.add(encoded[4 if ahead else 0 : -4])
    found.add(base64.b64encode(f"\0{USER}\0{CANARY}".encode()))
    return found


def assert_hidden(content: bytes, where: object) -> None:
    assert not [trace for trace in traces() if trace in content], where
