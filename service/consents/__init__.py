"""Sign-ups of students and what guardians and students answer: who may be on a stage, and the proof of it."""
