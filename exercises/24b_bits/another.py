import math


def bits(p, tokens):
    total = 0.0
    for place in range(1, len(tokens)):
        total -= math.log(p[tokens[place - 1], tokens[place]]) / math.log(2)
    return total / (len(tokens) - 1)
