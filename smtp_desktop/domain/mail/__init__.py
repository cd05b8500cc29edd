"""Values of mails without I/O: addresses, messages, received mails, and the template sandbox."""
