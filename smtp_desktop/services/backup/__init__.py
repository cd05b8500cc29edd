"""Backups are made, listed and dropped, and restored."""
