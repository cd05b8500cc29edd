"""Sign-in with access tokens: tokens, who signed in, and why there is no token."""
