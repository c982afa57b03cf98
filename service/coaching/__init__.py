"""Conversations of members with their coaches at a convening, and what a coach writes down about them."""
