"""The API as an organizer's program sees it: over HTTP, against a real database."""
