"""Activities, and the mails that they send: states, retries, routes."""
