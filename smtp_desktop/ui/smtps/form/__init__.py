"""The form of an SMTP: its fields by subject, and what is shown of them."""
