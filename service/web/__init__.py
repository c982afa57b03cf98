"""What all pages and routes share."""
