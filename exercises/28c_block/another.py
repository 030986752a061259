import numpy as np


def block(x, norm1, attention, norm2, mlp):
    stream = np.array(x)
    for norm, part in ((norm1, attention), (norm2, mlp)):
        stream += part(norm(stream))
    return stream
