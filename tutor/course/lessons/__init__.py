"""Lesson folders: reading them, finding them, proving them."""
