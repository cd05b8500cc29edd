"""Programs that send mail, and servers that relay it: their configuration files."""
