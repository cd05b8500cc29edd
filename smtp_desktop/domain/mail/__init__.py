"""Mail: addresses, messages, template rendering."""
