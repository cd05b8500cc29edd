"""Alerts about SMTPs that stopped working, or work again."""
