"""The pictures that docs/screenshots.py takes, a module for each group of them, and what they are taken with."""
