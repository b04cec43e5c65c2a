"""streets."""
