"""The plane lab: what one neuron and a few hidden ones make of every point of two inputs."""

from tutor.labs.plane.lab import PlaneLab

__all__ = ["PlaneLab"]
