"""Checks of requests to Graph against Microsoft's OpenAPI description, where that is available."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from servers.https_calls import Call
from werkzeug.datastructures import Headers, ImmutableMultiDict

_HOST_URL = "https://graph.microsoft.com"


def contract_path() -> Path | None:
    """Returns the path of the description, which is beside the checkout, or None if it is not available."""
    path = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "graph-mail-openapi.yaml"
    return path if path.is_file() else None


def check_against_contract(calls: Sequence[Call]) -> None:
    """Checks every request among `calls` that goes to Graph itself, not to an upload address. Raises AssertionError
    with the request's method and path if one does not conform."""
    path = contract_path()
    assert path is not None, "the Graph contract is not available"
    for call in calls:
        if call.path.startswith("/v1.0/"):
            _check(_contract(path), call)


def _check(contract: OpenAPI, call: Call) -> None:
    try:
        contract.validate_request(_Request(call))
    except OpenAPIError as error:
        reasons = [str(error), *(str(each) for each in getattr(error.__cause__, "schema_errors", ()))]
        raise AssertionError(f"{call.method} {call.path}?{call.query_text}: {'; '.join(reasons)}") from error


@cache
def _contract(path: Path) -> OpenAPI:
    return OpenAPI.from_file_path(str(path))


class _Request:
    """A recorded call in the shape that openapi-core takes."""

    host_url = _HOST_URL

    def __init__(self, call: Call) -> None:
        self.path = call.path
        self.method = call.method.lower()
        self.body = call.body or None
        self.content_type = call.headers.get("Content-Type", "").lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(call.query), header=Headers(dict(call.headers.items()))
        )
