"""What comes in from outside, and what others are told: mail that came back, calendars that follow."""
