"""The window: all Qt of the project."""
