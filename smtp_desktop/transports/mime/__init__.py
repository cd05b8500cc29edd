"""MIME: messages as bytes, composed by `email`, or faster where the bytes are the same."""
