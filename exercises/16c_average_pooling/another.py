def average_pooling(x, k, stride):
    h, w, _ = x.shape
    total = 0
    for p in range(k):
        for q in range(k):
            total = total + x[p : h - k + p + 1 : stride, q : w - k + q + 1 : stride]
    return total / (k * k)
