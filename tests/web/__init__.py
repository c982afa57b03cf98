"""What all routes share, and the process that serves them."""
