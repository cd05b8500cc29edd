"""Questions to the admin: each takes a value and gives a value."""
