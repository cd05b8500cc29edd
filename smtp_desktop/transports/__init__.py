"""The wire: composing mail and speaking to servers."""
