"""The page of dates on which something stops working."""
