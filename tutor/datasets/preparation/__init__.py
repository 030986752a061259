"""Preparation of a picture, so that it resembles those that a network was trained on."""
