"""A new SMTP from a mail address: the field, and what was found for it."""
