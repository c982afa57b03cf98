"""The network: districts, schools, people."""
