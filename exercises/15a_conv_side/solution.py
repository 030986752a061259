def side(n, k, stride, padding):
    if padding == "same":
        return -(-n // stride)
    return (n - k) // stride + 1
