"""Settings of applications: variables, code and configuration files that say by which server they send."""
