import math

import numpy as np


def denoise(x, points, levels):
    for step in range(len(levels) - 1):
        sigma = levels[step]
        squares = [sum((a - b) ** 2 for a, b in zip(x, point)) for point in points]
        powers = [math.exp((min(squares) - square) / (2 * sigma * sigma)) for square in squares]
        guess = sum(power * point for power, point in zip(powers, points)) / sum(powers)
        noise = np.array([(a - b) / sigma for a, b in zip(x, guess)])
        x = x + (levels[step + 1] - sigma) * noise
    return x
