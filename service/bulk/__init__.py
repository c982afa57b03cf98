"""Messages that organizers write to many at once: held until they are released."""
