"""Lessons in other languages: their files, and the check that they are the same lessons."""
