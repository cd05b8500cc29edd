"""SMTPs that other programs' files and files of ours describe become SMTPs here."""
