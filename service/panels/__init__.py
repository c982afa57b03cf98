"""Student panels: which session, how many seats, what it may talk about, places kept for schools."""
