"""zalo."""
