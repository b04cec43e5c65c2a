"""painted."""
