"""Back-ups of all data that cannot be computed again, in a format for both databases."""
