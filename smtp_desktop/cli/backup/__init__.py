"""Commands that make and restore backups."""
