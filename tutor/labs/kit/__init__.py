"""What labs are made of: contract, controls, readouts, the sheet, where numbers come from, training in place."""
