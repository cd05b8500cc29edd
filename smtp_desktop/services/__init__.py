"""Use cases: the only place where steps have an order."""
