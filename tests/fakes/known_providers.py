"""The providers that the program ships."""

import json
from pathlib import Path

from smtp_desktop.domain.providers import providers_from

DOCUMENT = json.loads((Path(__file__).parents[2] / "resources" / "providers.json").read_text(encoding="utf-8"))
PROVIDERS = providers_from(DOCUMENT)
