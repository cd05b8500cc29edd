"""Commands that sign people in and out, and that make, replace and remove the certificates of apps."""
