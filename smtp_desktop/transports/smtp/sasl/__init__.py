"""SASL mechanisms (RFC 4422), without sockets: what the client answers to each challenge.

`mechanism` names those that are implemented here, in the order in which they are preferred; `exchange` is what all have
in common. `password` has PLAIN, LOGIN and CRAM-MD5, `scram` has SCRAM-SHA-256 and SCRAM-SHA-256-PLUS with `saslprep`,
and `bearer` has the two for access tokens.
"""
