"""Kills each part of the whole again and again under load, and counts afterwards what became of every message."""
