"""Activities in the window: page, panel, form, dialogs."""
