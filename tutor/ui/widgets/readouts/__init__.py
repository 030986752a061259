"""Views: one for each kind of readout."""
