"""Exports: SMTPs, activities and settings in files, for other computers and other programs."""
