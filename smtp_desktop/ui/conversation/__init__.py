"""How a conversation with a server went: its steps on a time axis, its transcript, and what its end means."""
