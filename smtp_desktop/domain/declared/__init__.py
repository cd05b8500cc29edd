"""Declared configuration: the file that describes SMTPs, activities and settings, and what applying it changes."""
