"""From a mail address to the settings of its SMTP server: looks them up, as far as the user allows."""
