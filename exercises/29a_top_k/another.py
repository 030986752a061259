import math

import numpy as np


def top_k(z, temperature, k):
    scaled = [logit / temperature for logit in z]
    least = sorted(scaled, reverse=True)[k - 1]
    powers = [math.exp(logit - max(scaled)) if logit >= least else 0.0 for logit in scaled]
    return np.array([power / sum(powers) for power in powers])
