def block(x, norm1, attention, norm2, mlp):
    h = x + attention(norm1(x))
    return h + mlp(norm2(h))
