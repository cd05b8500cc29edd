"""Tables of SMTPs: CSV, as people and spreadsheets write it."""
