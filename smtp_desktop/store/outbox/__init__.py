"""The outbox in SQLite."""
