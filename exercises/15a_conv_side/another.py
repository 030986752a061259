def side(n, k, stride, padding):
    last = n if padding == "same" else n - k + 1
    return len(range(0, last, stride))
