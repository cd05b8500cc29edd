"""Signing in with a browser or a code, and the certificates of apps."""
