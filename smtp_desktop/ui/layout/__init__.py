"""Layouts: wrapping, scrolling, shrinking with the window, and mirroring."""
