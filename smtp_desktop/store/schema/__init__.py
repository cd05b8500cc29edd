"""Numbered schema steps: 0001.sql brings user_version from 0 to 1, and so on."""
