"""At the door: who is here, who was in which room, who goes with whom, and what is certified of it."""
