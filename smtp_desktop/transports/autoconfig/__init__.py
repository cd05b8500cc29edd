"""Autoconfig: a domain's own file about its mail servers, over HTTPS."""
