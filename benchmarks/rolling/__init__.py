"""Everything restarted one after the other, while people use it."""
