"""The commands of activities."""
