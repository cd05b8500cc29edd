"""Network: dialling, TLS, the trust store, certificates, DNS."""
