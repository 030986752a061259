"""Views: one widget for each kind of readout."""
