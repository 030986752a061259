"""Lessons and labs as text: what every face prints or reads aloud."""
