"""Transports: composing mail, and handing it to servers over SMTP and Microsoft Graph."""
