"""Sign-in with access tokens: people and apps sign in, tokens are renewed, certificates made and replaced."""
