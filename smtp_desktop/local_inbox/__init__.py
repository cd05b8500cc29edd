"""The embedded SMTP server and what it received."""
