def flatten(x):
    batch, h, w, c = x.shape
    return x.reshape(batch, h * w * c)
