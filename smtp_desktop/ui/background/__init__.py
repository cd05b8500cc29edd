"""The program in the background: its tray icon, and its start at login."""
