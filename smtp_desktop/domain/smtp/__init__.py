"""SMTPs: profiles, drafts and their rules, certificates, clouds and providers."""
