"""Networks and arrays on disk."""
