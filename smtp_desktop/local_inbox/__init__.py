"""The local inbox: an embedded SMTP server for this computer, and the mails that it received.

`server` listens on a thread of its own, `sessions` answers each connection, `mailbox` keeps the mails, `reader` takes
them apart, `certificate` makes the server's TLS certificate.
"""
