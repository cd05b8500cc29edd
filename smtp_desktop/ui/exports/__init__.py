"""The export of SMTPs and activities into files: its dialog, and writing them."""
