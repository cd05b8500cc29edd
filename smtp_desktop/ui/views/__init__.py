"""How cards and rows are drawn."""
