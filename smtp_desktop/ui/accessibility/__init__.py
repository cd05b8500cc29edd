"""What screen readers and other helps are told beyond what Qt tells them."""
