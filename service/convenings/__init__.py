"""Gatherings of people: facts, agenda, seats."""
