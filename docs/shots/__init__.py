"""The pictures in docs/screenshots, a module for each group of them, and what they are taken with."""
