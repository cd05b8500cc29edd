"""What an import finds in files, and what may become of it."""
