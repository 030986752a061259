"""What a learner did: the event log, progress, review and warm-up."""
