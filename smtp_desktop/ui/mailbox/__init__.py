"""The window's reader for Microsoft 365 mailboxes."""
