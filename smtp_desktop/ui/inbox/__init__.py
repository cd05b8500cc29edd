"""The local inbox in the window."""
