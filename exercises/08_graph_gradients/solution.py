def graph_gradients(a, b):
    c = a * b
    d = b + c
    e = c * d
    dd = c
    dc = d + dd
    da = dc * b
    db = dd + dc * a
    return e, da, db
