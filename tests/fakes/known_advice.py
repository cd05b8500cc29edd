"""The advice rules that ship with the program."""

import json
from typing import Any

from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.diagnosis.rules import rules_from
from smtp_desktop.resources import FOLDER


def _documents(name: str) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return documents


DELIVERY_DOCUMENTS = _documents("advice_delivery.json")
SMTP_DOCUMENTS = [*_documents("advice_providers.json"), *DELIVERY_DOCUMENTS, *_documents("advice.json")]
TOKEN_DOCUMENTS = _documents("advice_tokens.json")
IDENTITY_DOCUMENTS = _documents("advice_managed_identity.json")
ENTRA_DOCUMENTS = _documents("advice_entra.json")
GRAPH_DOCUMENTS = [*ENTRA_DOCUMENTS, *_documents("advice_graph.json")]
OAUTH_DOCUMENTS = [*IDENTITY_DOCUMENTS, *ENTRA_DOCUMENTS, *_documents("advice_oauth.json")]
SMTP_RULES = rules_from([*TOKEN_DOCUMENTS, *SMTP_DOCUMENTS], PROVIDERS)
GRAPH_RULES = rules_from([*IDENTITY_DOCUMENTS, *GRAPH_DOCUMENTS], PROVIDERS)
OAUTH_RULES = rules_from(OAUTH_DOCUMENTS, PROVIDERS)
