import numpy as np


def tanh_backward(da, a):
    dz = np.empty(da.shape)
    for place in np.ndindex(da.shape):
        dz[place] = da[place] * (1 - a[place] ** 2)
    return dz
