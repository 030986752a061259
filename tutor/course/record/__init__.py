"""Records of a learner's work: event log, progress, review schedule and warm-up."""
