"""Where things are put: what wraps, scrolls, shrinks with the window, and is mirrored."""
