"""The building blocks of labs: contract, controls, readouts, sheet, number derivations, in-place training."""
