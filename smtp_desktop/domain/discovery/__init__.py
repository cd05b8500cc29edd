"""From a mail address to the settings of its SMTP server: what is proposed, and on whose word."""
