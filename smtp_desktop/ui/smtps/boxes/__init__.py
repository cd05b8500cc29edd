"""The boxes above the form of an SMTP: why it fails, and what keeps its messages back."""
