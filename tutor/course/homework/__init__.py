"""Homework: what is to be done until when, with numbers of its own for each learner."""
