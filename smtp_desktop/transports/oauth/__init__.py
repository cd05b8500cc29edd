"""Sign-ins at authorization servers: OAuth 2.0, as mail servers take it.

`authorization_servers` is the entrance. `browser` and `device` are the two ways for a person to sign in; `listener`,
`browser_request` and `pages` are the address that the browser comes back to. `code_flow` speaks with Google and with
any server but Microsoft's, `microsoft` with that (msal). `app` and `microsoft_app` sign in without a person,
`service_account` signs for Google. `conversation` carries the requests, `endpoints` finds addresses, `tokens` reads
answers, `messages` holds the texts of failures.
"""
