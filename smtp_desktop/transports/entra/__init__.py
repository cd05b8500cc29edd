"""The proof by which an app signs in at Microsoft Entra ID, for Graph as for SMTP.

`credential` is what msal takes for a client secret or a certificate, `managed_identity` asks Azure for the token of the
machine that the program runs on.
"""
