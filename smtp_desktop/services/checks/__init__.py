"""Tests and checks of SMTPs: single and bulk, scheduled, their reports, deliverability, and the settings finder."""
