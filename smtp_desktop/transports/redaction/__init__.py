"""No secret in anything that is shown or kept."""
