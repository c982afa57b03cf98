"""Who comes: seats, the waiting list, offers."""
