"""Commands that say how things are to be: smtp set, activity set, apply."""
