"""Postfix: main.cf with its tables of passwords, senders and TLS policies."""
