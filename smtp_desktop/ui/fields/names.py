"""Object names, which tests and style sheets find widgets by."""


def object_name(field: str, suffix: str) -> str:
    """Returns the object name of a part of a field: `host_name` and `Error` give `hostNameError`."""
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest) + suffix
