"""Conversations with servers, their stages, and the advice on a failure."""
