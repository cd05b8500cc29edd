"""The theme: colours, style sheet, icons, and widgets that the style sheet draws."""
