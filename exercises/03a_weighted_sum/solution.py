def weighted_sum(x, w, b):
    products = x * w
    return products.sum() + b
