"""The providers that the program ships."""

import json

from smtp_desktop.domain.smtp.providers import providers_from
from smtp_desktop.resources import FOLDER

DOCUMENT = json.loads((FOLDER / "providers.json").read_text(encoding="utf-8"))
PROVIDERS = providers_from(DOCUMENT)
