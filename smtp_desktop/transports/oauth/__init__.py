"""Sign-ins at authorization servers: OAuth 2.0, as mail servers take it."""
