"""Icons, the theme, and data that is not code."""
