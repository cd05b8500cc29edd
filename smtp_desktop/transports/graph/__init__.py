"""Microsoft 365 mailboxes through Microsoft Graph."""
