"""The Info panel's forms."""
