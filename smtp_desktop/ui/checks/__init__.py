"""Tests, checks and their results in the window, and the search for settings that work."""
