"""Imports: the findings in files, and what may become of them."""
