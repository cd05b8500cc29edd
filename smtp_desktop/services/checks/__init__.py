"""Tests and checks of SMTPs, and what is made of them."""
