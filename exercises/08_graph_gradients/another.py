def graph_gradients(a, b):
    e = a * b * (b + a * b)
    return e, b * b * (1 + 2 * a), 2 * a * b * (1 + a)
