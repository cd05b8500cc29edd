"""Redaction: no secret in anything that a server says and the program shows, logs or stores.

Servers repeat what they are sent: the whole AUTH line, the password in quotes, its Base64 in a trace. Every line from a
server goes through a `SecretRedactor`, from the first one of a conversation on: a server may know the secret from an
earlier one. A line in which a form of a secret occurs is withheld whole, and only its length is said: a line that was
mended would show how much of the secret stood where.

`forms` expands each secret once into what it may look like; `reading` undoes escapes and Base64 in a server's text and
leaves out what does not matter (case, accents, white space, punctuation); `redactor` looks for the one in the other.
The lines of one transcript are searched together, so a secret that is spread over several of them is found too.

Guaranteed, and held by tests/transports/redaction: no line is shown that holds a secret of three characters or more in
any of these forms: in any case, backwards, with escapes of the usual kinds, in Base64, Base32, hexadecimal and lists of
numbers; from six characters on also with white space, punctuation or one other letter between the characters, with
each letter doubled, and in pieces of four characters or more that make up all of it. Half of a long secret is not shown
either, nor are 64 characters of a very long one, such as an access token.
A secret of one or two characters is found only where it stands as a word of its own.

Not looked for: a secret that is itself a word of the protocol (`password`, `login`; see `PROTOCOL_WORDS`), as it
stands: withholding every line that has the word would give it away. Not found: hashes, encryption, compression, and
codes that nobody uses by accident. An SMTP reply code and an HTTP status never go through here: they are numbers of
the protocol.
"""
