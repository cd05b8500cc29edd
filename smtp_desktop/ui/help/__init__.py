"""The help pages inside the program."""
