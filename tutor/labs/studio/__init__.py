"""The studio: any network on any data, trained in place, at any moment of its run."""

from tutor.labs.studio.lab import StudioLab

__all__ = ["StudioLab"]
