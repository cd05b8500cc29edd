"""The import of SMTPs and activities from files: its dialog, and what it asks for."""
