"""The SMTP client: checks servers, and submits mails to them.

It implements, as a client:

- RFC 5321, SMTP: the session (`session`, `conversation`), its initiation (`initiation`) with EHLO or HELO and an
  address literal, or a name where the server takes none (`hello`), the mail transaction (`transaction`), commands,
  replies and dot-stuffing (`protocol`), 421 in reply to anything (`command_channel`), one connection for many mails
  (`connection`)
- RFC 1047, mails whose outcome is unknown since the reply to their content got lost or is unclear (`transaction`,
  `replies`)
- RFC 1870, SIZE (`prepared_message`)
- RFC 2034 and 3463, enhanced status codes, whether announced or not (`protocol`)
- RFC 2920, PIPELINING: the envelope of one mail (`transaction`), or the commands of a batch of mails (`pipeline`);
  one command at a time where a server fails on it (`conversation`)
- RFC 3030, CHUNKING without BINARYMIME: one mail by BDAT (`transaction`), or a stream of mails (`pipeline`)
- RFC 3207, STARTTLS, always before sign-in and mail where the profile says TLS (`initiation`)
- RFC 4954, AUTH, with one wrong password at most (`auth`); the mechanisms are in `sasl`: SCRAM-SHA-256 and
  SCRAM-SHA-256-PLUS (RFC 5802, 7677), PLAIN (RFC 4616), LOGIN (the expired draft-murchison-sasl-login), CRAM-MD5
  (RFC 2195), and for access tokens XOAUTH2 and OAUTHBEARER (RFC 7628)
- RFC 6152, 8BITMIME (`prepared_message`)
- RFC 6531, SMTPUTF8 (`prepared_message`)
- RFC 8305, Happy Eyeballs: IPv6 and IPv4 at once (`net.dial`)
- RFC 8314, TLS on connect, which is tried first on port 465, and found on others (`tls_detection`)
- RFC 8996, no TLS below 1.2 (`net.tls`)

From the outside in: `transport` holds whole conversations, and `connection` sends one mail after the other; both let
`conversation` drive a `session`. That opens its connection by `initiation` with `tls_detection`, and sends by
`transaction` or `pipeline`, all of which speak over one `command_channel`, whose bytes a non-blocking `channel` moves.
`context` has the values that they share. What a server says in another character set than UTF-8 is read by
`reply_charsets`.
"""
