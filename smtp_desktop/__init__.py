"""SMTP Desktop: every outgoing mail set-up of a company as a card in one window."""

__version__ = "0.1.0"
