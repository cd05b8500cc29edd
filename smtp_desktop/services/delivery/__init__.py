"""Sending what is in the outbox: the courier and its workers."""
