"""The domain: values and rules, without I/O, clock, randomness or Qt.

`smtp` holds the SMTPs, `mail` messages and templates, `diagnosis` conversations and advice, `checks` the results of
tests, `delivery` the outbox.
"""
