"""The local inbox without a window."""
