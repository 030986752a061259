"""Convolution: a small kernel slides over a drawing and gives one number of a feature map at every position."""

from tutor.labs.convolution.lab import PRESETS, ConvolutionLab

__all__ = ["PRESETS", "ConvolutionLab"]
