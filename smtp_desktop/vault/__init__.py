"""Secrets: the system keyring, or an encrypted file where there is none."""
