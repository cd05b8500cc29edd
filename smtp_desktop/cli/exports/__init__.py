"""Commands that export to files: export, and what smtp export shares with it."""
