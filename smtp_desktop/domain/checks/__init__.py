"""Results of tests and checks, end dates, deliverability, and the search for settings that work."""
