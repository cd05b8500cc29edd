"""The commands that run a courier, or a round of checks, in a process of their own."""
