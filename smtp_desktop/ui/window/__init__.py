"""The main window: its frame, its sections, and how it opens and closes."""
