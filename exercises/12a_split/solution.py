def split(x, share):
    first = int(len(x) * (1 - share))
    training, held_out = x[:first], x[first:]
    mean = training.mean(axis=0)
    deviation = training.std(axis=0)
    return (training - mean) / deviation, (held_out - mean) / deviation
