"""A history of an older system: read, understood row by row, brought in batch by batch."""
