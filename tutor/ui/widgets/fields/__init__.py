"""Fields: one widget for each kind of control."""
