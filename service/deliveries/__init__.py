"""Every message that is owed, and what became of it."""
