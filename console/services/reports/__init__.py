"""Reports: asked of the store, judged, put into words, sealed, written as files."""
