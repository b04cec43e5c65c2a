"""Written channels by internet."""
