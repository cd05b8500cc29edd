"""The password that must show up nowhere, and what it looks like in the encodings it might be in."""

import base64

USER = "boss@company.example"
CANARY = "kan4rien-Vögel!77"


def traces(secret: str = CANARY) -> set[bytes]:
    """The secret as it could stand in a file: plain, UTF-16, and base64 wherever it begins inside other bytes."""
    found = {secret.encode(code) for code in ("utf-8", "latin-1", "utf-16-le", "utf-16-be")}
    for plain in (secret.encode(), secret.encode("utf-16-le")):
        for ahead in range(3):
            encoded = base64.b64encode(b"\0" * ahead + plain)
            # Without the characters that also hold bits of what stands before or after it.
            found.add(encoded[4 if ahead else 0 : -4])
    found.add(base64.b64encode(f"\0{USER}\0{secret}".encode()))
    return found


def assert_hidden(content: bytes, where: object, *secrets: str) -> None:
    """Fails where `content` has any of the secrets; without any, the canary."""
    for secret in secrets or (CANARY,):
        assert not [trace for trace in traces(secret) if trace in content], where
