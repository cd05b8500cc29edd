"""Passphrases of files that are sealed: fields that several dialogs have."""
