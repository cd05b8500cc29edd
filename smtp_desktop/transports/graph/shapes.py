"""Values of a JSON document from outside: what has not the shape that it should have is as good as missing."""

from typing import Any


def text_in(value: object) -> str:
    """Returns the text, or an empty one."""
    return value if isinstance(value, str) else ""


def object_in(value: object) -> dict[str, Any]:
    """Returns the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_in(value: object) -> list[object]:
    """Returns the list, or an empty one."""
    return value if isinstance(value, list) else []
