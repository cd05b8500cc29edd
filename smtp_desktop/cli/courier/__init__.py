"""The commands that run a courier, or a bulk check, in a process of their own."""
