"""Import of what other programs and other computers have."""
