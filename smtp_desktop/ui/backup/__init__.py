"""Back up and restore: their dialogs, the daily backup, and a start with a damaged database."""
