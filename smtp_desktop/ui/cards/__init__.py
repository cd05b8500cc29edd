"""The grid of cards, and the cards of SMTPs."""
