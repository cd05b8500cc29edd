"""Alerts: where they go, and when they are sent."""
