"""Accessible names, roles, states and announcements for screen readers, beyond those that Qt provides."""
