"""Reading a Microsoft 365 mailbox in the window."""
