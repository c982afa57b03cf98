"""What is true: the API, the pages and the rules."""
