"""Lessons and labs as text, for all faces."""
