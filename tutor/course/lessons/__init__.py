"""Lesson folders: reading, finding and checking them."""
