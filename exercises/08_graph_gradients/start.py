def graph_gradients(a, b):
    """Of c = a·b, d = b + c, e = c·d: the value of e, and its gradients.

    a, b: numbers
    returns: e, and the gradients da and db of e by a and b
    """
    c = a * b
    d = b + c
    e = ...
    dd = ...  # the gradient of e by d
    dc = ...  # the gradient of e by c
    return e, ..., ...
