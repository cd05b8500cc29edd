"""Results of tests and checks, dates that end things, and what DNS says of senders."""
