"""What stores, keeps secrets and speaks to servers on one data folder; `parts` gives it to the use cases."""
# ruff: noqa: PLC0415 - as in `parts`: loaded when it is first asked for

from typing import TYPE_CHECKING

from smtp_desktop.composition.built_once import Built, built_once
from smtp_desktop.composition.listed import Listed, Once

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_desktop.domain.diagnosis.advice import AdviceRule
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.domain.smtp.providers import Providers
    from smtp_desktop.services.ports import Clock, Vault
    from smtp_desktop.store.activities import SqliteActivities
    from smtp_desktop.store.database import Database
    from smtp_desktop.store.health import SqliteHealth
    from smtp_desktop.store.outbox.outbox import SqliteOutbox
    from smtp_desktop.store.preferences import SqlitePreferences
    from smtp_desktop.store.profiles import SqliteProfiles
    from smtp_desktop.transports.registry import Transports
    from smtp_desktop.vault.on_demand import VaultOnDemand

_ADVICE = {"generic": "advice.json", "graph": "advice_graph.json"}  # by ProfileType
VAULT_FILE = "secrets.vault"


class Adapters(Built):
    """Everything that fits `services.ports`, each on the one database and vault."""

    def __init__(self, home: "Path", database: "Database", vault: "Vault | None", clock: "Clock") -> None:
        super().__init__()
        self._home, self.database, self.clock = home, database, clock
        self._given_vault = vault

    @built_once
    def preferences(self) -> "SqlitePreferences":
        from smtp_desktop.store.preferences import SqlitePreferences

        return SqlitePreferences(self.database)

    @built_once
    def vault(self) -> "Vault":
        return self._given_vault or self._system_vault

    def unlock(self, master: "Secret") -> None:
        """The vault is open. Raises VaultError."""
        if self._given_vault is None:
            self._system_vault.unlock(master)

    def secret_place(self) -> str:
        """Returns where the vault keeps what it is given, in words for the window. May block."""
        if self._given_vault is not None:
            return "gone when the program ends"
        from smtp_desktop.vault.system_vault import SecretStorage

        words = {SecretStorage.KEYRING: "kept in the system keyring", SecretStorage.FILE: "kept in an encrypted file"}
        return words[self._system_vault.place()]

    @built_once
    def _system_vault(self) -> "VaultOnDemand":
        from smtp_desktop.vault.on_demand import VaultOnDemand

        return VaultOnDemand(self._home / VAULT_FILE)

    @built_once
    def profiles(self) -> "SqliteProfiles":
        from smtp_desktop.store.profiles import SqliteProfiles

        return SqliteProfiles(self.database)

    @built_once
    def health(self) -> "SqliteHealth":
        from smtp_desktop.store.health import SqliteHealth

        return SqliteHealth(self.database)

    @built_once
    def outbox(self) -> "SqliteOutbox":
        from smtp_desktop.store.outbox.outbox import SqliteOutbox

        return SqliteOutbox(self.database)

    @built_once
    def activities(self) -> "SqliteActivities":
        from smtp_desktop.store.activities import SqliteActivities

        return SqliteActivities(self.database)

    @built_once
    def transports(self) -> "Transports":
        from smtp_desktop.store.pipelining_denylist import SqlitePipeliningDenylist
        from smtp_desktop.transports.registry import Transports

        return Transports(SqlitePipeliningDenylist(self.database, self.clock.now))

    @built_once
    def providers(self) -> "Once[Providers]":
        return _known_providers()

    @built_once
    def advice(self) -> "dict[str, Listed[AdviceRule]]":
        return {kind: _advice_rules(name, self.providers) for kind, name in _ADVICE.items()}


def _advice_rules(name: str, providers: "Once[Providers]") -> "Listed[AdviceRule]":
    from smtp_desktop.domain.diagnosis.advice import rules_from

    return Listed(name, lambda documents: rules_from(documents, providers()))


def _known_providers() -> "Once[Providers]":
    from smtp_desktop.domain.smtp.providers import providers_from

    return Once("providers.json", providers_from)
