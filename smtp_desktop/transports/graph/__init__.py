"""Microsoft 365 mailboxes through Microsoft Graph.

`transport` is the entrance: it checks, sends and reads. `entra` signs in at Entra ID (msal), `client` calls Graph with
the token, `http` and `http_adapter` carry both over HTTPS (requests), `throttling` waits where Microsoft asks for it,
`message_submission` sends one mail, `mailbox` reads mails, `replies` takes the answers apart, `messages` holds the
texts of all failures.
"""
