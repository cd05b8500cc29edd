"""Colours, the style sheet, icons."""
