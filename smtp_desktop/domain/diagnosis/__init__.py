"""Conversations with servers, and the explanation of a failure."""
