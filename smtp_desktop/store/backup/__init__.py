"""Backups in SQLite: small ones of the set-up, whole ones, and what is restored of either."""
