"""Work away from the GUI thread, and the window's neighbours: processes, the desktop, the terminal."""
