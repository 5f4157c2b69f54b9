"""The shape of everything that crosses our boundary, and the name of every problem."""
