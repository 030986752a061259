import math

import numpy as np


def best_guess(s, points, sigma):
    squares = [sum((a - b) ** 2 for a, b in zip(s, point)) for point in points]
    powers = [math.exp((min(squares) - square) / (2 * sigma * sigma)) for square in squares]
    mean = np.zeros(len(s))
    for power, point in zip(powers, points):
        mean += power / sum(powers) * point
    return mean, np.array([(a - b) / sigma for a, b in zip(s, mean)])
