"""Certificates in the window: what an SMTP trusts besides what the system trusts."""
