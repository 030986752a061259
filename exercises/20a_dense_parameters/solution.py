def dense_parameters(inputs, units):
    count = 0
    for n in units:
        count += inputs * n + n
        inputs = n
    return count
