"""Who is calling, and how often: tokens, limits, idempotency."""
