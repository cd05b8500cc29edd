"""SMTPs: profiles, drafts and their rules, providers."""
