import math

import numpy as np


def adam_step(w, m, v, g, t, rate):
    alpha = rate * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    new_m = m + (g - m) * 0.1
    new_v = v + (np.square(g) - v) * 0.001
    return w - alpha * new_m / (np.sqrt(new_v) + 1e-7), new_m, new_v
