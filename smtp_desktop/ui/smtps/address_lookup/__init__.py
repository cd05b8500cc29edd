"""The search for the settings of a mail address, and the check of what came of it."""
