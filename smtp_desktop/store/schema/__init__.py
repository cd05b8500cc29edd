"""Numbered schema steps: NNNN_what.sql brings the file's user_version from NNNN - 1 to NNNN."""
