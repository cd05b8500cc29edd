"""Certificates in the window, and the trust of one SMTP in them."""
