"""Several selected SMTPs: the bar with their actions, and its dialogs."""
