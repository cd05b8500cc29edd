"""The grid of cards, and what cards say."""
