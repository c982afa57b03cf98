"""Files of districts, schools and people: looked at row by row, then taken in, by workers and in constant memory."""
