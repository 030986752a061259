import numpy as np


def momentum_step(w, v, g, rate, momentum):
    moved, velocity = np.empty(len(w)), np.empty(len(w))
    for i in range(len(w)):
        velocity[i] = v[i] * momentum + rate * -g[i]
        moved[i] = w[i] + velocity[i]
    return moved, velocity
