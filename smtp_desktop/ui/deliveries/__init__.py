"""The outbox in the window: table, panel, export."""
