"""Making pictures: an autoencoder of the five shapes, noise taken away in steps, two networks against each other."""

from tutor.labs.making_pictures.lab import MakingPicturesLab

__all__ = ["MakingPicturesLab"]
