"""The parts that a form is made of."""
