"""Materials of convenings and of their sessions: slides, handouts, recordings and links, and who may have them from when."""
