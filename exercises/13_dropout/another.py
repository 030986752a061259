def dropout(h, u, rate, training):
    out = h.copy()
    if training:
        out[u < rate] = 0
        out /= 1 - rate
    return out
