"""Redaction: no secret in anything that a server says and the program shows, logs or stores.

Servers repeat what they are sent: the whole AUTH line, the password in quotes, its Base64 in a trace. Every text from
a server goes through a `SecretRedactor`, which puts •••• in place of each span that gives a secret away.

The search, in this order:

1. `encodings` – each secret is expanded once into the encodings that it may be repeated in: as it is, Base64 (alone,
   and at each of the three offsets inside a longer one), hexadecimal, and non-ASCII letters as programs garble them.
   The lines that were really sent (AUTH PLAIN's response, say) are added as they are.
2. `decoded_text` – the server's text is read as it stands, with each kind of escape undone (percent,
   quoted-printable, backslash, HTML, `0x41 0x42`), with all of them undone, twice over, and with Base64 and hexadecimal
   decoded. Every character of a decoded text knows its span in the original.
3. `normalized_text` – each decoded text is compared in four normalizations: exact; folded (one case, no accents);
   compact (also without white space); alphanumeric (letters and digits alone).
4. `matches` – whole secrets are looked for first, and redacted; then, in what is left, the fragments of secrets.
5. `fragments` – a secret that is spread over the text in fragments which together make up all of it, in any order.
6. `redactor` – spans of all decoded texts are merged, and each is replaced in the original, once in each line. What
   follows `AUTH PLAIN`, `AUTH LOGIN` and `AUTH CRAM-MD5` is redacted too, whoever's it is.

Replies of one transcript are searched together: a fragment in one reply may be completed by the next. `redact_again`
then redacts it in the earlier one.

Guaranteed, and held by property tests (tests/transports/redaction): no redacted text holds a secret of three
characters or more in any of these encodings and escapes, in any case. From six characters on, white space and
punctuation between the characters change nothing, nor does it help to give the secret in fragments of four characters
or more. A server's own words stay: `password123` takes nothing out of "Username and Password not accepted".

Not guaranteed: a secret of one or two characters is redacted only where it stands as a word of its own, and so are
fragments of up to three. Hashes, encryption, compression, Base32, spelling backwards and the like are not undone.
Nothing is redacted before the secret is about to be sent: until then no server can repeat it. An SMTP reply code and
an HTTP status are numbers of the protocol and never go through here.
"""
