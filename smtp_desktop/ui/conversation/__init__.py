"""A conversation with a server: its steps on a time axis, its transcript, and what its end means."""
