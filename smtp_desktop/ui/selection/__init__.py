"""What is done with several selected SMTPs: the bar, and its dialogs."""
