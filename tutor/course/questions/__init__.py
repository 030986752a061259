"""Questions and goals: reading what a learner typed, computing what is right, naming what went wrong."""
