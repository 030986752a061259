def side(n, k, stride, padding):
    """The number of places of a window.

    n: pixels along one side of the picture
    k: pixels along one side of the window
    stride: pixels from one place to the next
    padding: "valid" or "same"
    returns: a whole number
    """
    if padding == "same":
        return ...
    return ...
