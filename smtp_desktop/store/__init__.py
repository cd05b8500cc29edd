"""SQLite: all SQL of the project."""
