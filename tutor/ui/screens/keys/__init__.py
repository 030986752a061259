"""Keys that a screen takes from a base class."""
