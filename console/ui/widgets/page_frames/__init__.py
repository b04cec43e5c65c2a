"""page_frames."""
