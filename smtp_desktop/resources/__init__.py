"""Icons, the theme, and data that is not code."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where they are: always files on the disk."""
