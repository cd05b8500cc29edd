"""Files for other programs: SMTPs as these want them. Values in, text out."""
