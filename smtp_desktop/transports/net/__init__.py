"""Connections: dialling, TLS, trust, certificates, DNS."""
