"""Vaults for secrets: the system keyring, or an encrypted file where there is none.

All implement `services.ports.Vault`. A secret is found by its `SecretRef`, whose prefix names the vault; references are
never used again, so that a profile can be saved before the old secret is erased.
"""
