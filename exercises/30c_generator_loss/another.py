import math

import numpy as np


def generator_loss(z):
    loss, dz = 0.0, []
    for logit in z:
        small = math.exp(-abs(logit))
        loss += math.log1p(small) + max(0.0, -logit)
        dz.append(-small / (1 + small) if logit > 0 else -1 / (1 + small))
    return loss / len(z), np.array(dz) / len(z)
