"""The history of the tests and checks of an SMTP: its chart, its table, and an entry that is opened."""
