def relu(z):
    on = z > 0
    return z * on, on.astype(float)
