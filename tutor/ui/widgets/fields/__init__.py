"""Fields: one for each kind of control."""
