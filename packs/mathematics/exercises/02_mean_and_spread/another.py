def mean_and_spread(p, prizes):
    mean, squares = 0.0, 0.0
    for share, prize in zip(p, prizes):
        mean += share * prize
    for share, prize in zip(p, prizes):
        squares += share * (prize - mean) * (prize - mean)
    return mean, squares**0.5
