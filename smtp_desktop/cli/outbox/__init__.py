"""The commands `smtp-desktop outbox …`."""
