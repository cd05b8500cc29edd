"""Microsoft 365 mailboxes through Microsoft Graph.

`transport` is the entrance: it checks, sends and reads. `entra` signs in at Entra ID (msal), `client` calls Graph with
the token, both by the room `http`; `message_submission` sends one mail, `mailbox` reads mails, `messages` holds the
texts of failures.
"""
