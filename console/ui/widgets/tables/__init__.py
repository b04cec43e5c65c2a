"""Table models: windows on rows that the read side hands out."""
