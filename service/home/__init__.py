"""What reads across the slices and changes nothing: health, figures, the feed of facts."""
