"""What follows from what happened: deliveries, reminders, the sweep."""
